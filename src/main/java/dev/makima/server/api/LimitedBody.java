package dev.makima.server.api;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a request's body, of at most so many bytes, which has to be JSON. To be used on one event loop. */
final class LimitedBody implements Handler<RoutingContext> {
    private static final String LIMIT = "makima.limit";

    private final long limit;
    private final BodyHandler reading;

    /**
     * A reader of bodies.
     *
     * @param limit in bytes
     */
    LimitedBody(long limit) {
        this.limit = limit;
        this.reading = BodyHandler.create(false).setBodyLimit(limit);
    }

    @Override
    public void handle(RoutingContext context) {
        context.put(LIMIT, limit);
        reading.handle(context);
    }

    /** How many bytes the body of this request may have; null where none is read. */
    static @Nullable Long of(RoutingContext context) {
        return context.get(LIMIT);
    }

    /** Refuses what says that it is something else. What says nothing is read as JSON. */
    static void jsonOnly(RoutingContext context) {
        String type = context.request().getHeader("Content-Type");
        if (context.body().length() <= 0 || type == null || isJson(type)) {
            context.next();
        } else {
            context.fail(415);
        }
    }

    private static boolean isJson(String type) {
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT)
                .equals("application/json");
    }
}
