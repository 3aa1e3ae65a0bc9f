package dev.makima.server.api;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a request's body, of at most so many bytes, which has to be JSON. To be used on one event loop. */
final class LimitedBody implements Handler<RoutingContext> {
    private static final String LIMIT = "makima.limit";

    private final long limit;
    private final BodyHandler reading;

    private LimitedBody(long limit) {
        this.limit = limit;
        this.reading = BodyHandler.create(false).setBodyLimit(limit);
    }

    /**
     * Gives that route a body.
     *
     * @param limit in bytes
     * @param handler gets the request once its body is read
     */
    static void on(Route route, long limit, Handler<RoutingContext> handler) {
        route.handler(new LimitedBody(limit)).handler(handler);
    }

    /** Refuses, unread, what says that it is something else than JSON. What says nothing is read as JSON. */
    @Override
    public void handle(RoutingContext context) {
        String type = context.request().getHeader("Content-Type");
        if (type != null && !isJson(type) && hasBody(context.request())) {
            context.fail(415);
            return;
        }
        context.put(LIMIT, limit);
        reading.handle(context);
    }

    /** How many bytes the body of this request may have; null where none is read. */
    static @Nullable Long of(RoutingContext context) {
        return context.get(LIMIT);
    }

    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return request.getHeader("Transfer-Encoding") != null || (length != null && !length.equals("0"));
    }

    private static boolean isJson(String type) {
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT)
                .equals("application/json");
    }
}
