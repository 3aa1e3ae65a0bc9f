package dev.makima.server.api;

import dev.makima.base.TaskId;
import dev.makima.server.core.Bus;
import dev.makima.server.core.News;
import dev.makima.server.core.Timings;
import dev.makima.server.store.Store;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;

/** Opens live streams of a task's events. To be used on one event loop. */
final class EventsApi {
    private final Vertx vertx;
    private final Store store;
    private final Bus bus;
    private final News news;
    private final Timings timings;

    EventsApi(Vertx vertx, Store store, Bus bus, News news, Timings timings) {
        this.vertx = vertx;
        this.store = store;
        this.bus = bus;
        this.news = news;
        this.timings = timings;
    }

    void open(RoutingContext context) {
        TaskId id = Query.taskId(context);
        long after = after(context);
        store.tasks()
                .get(Query.owner(context), id)
                .onSuccess(found -> {
                    if (found.isEmpty()) {
                        context.fail(Errors.notFound("no task " + id));
                        return;
                    }
                    new LiveStream(vertx, bus, timings.streamPing(), context, new TaskStream(store, news, id, after))
                            .start();
                })
                .onFailure(context::fail);
    }

    /** A client that comes back says how far it got; what it says goes before what its address says. */
    private static long after(RoutingContext context) {
        return after(context, 0);
    }

    /**
     * The same for any stream.
     *
     * @param otherwise where a client begins that says nothing
     */
    static long after(RoutingContext context, long otherwise) {
        String last = context.request().getHeader("Last-Event-ID");
        if (last == null || last.isBlank()) {
            return Query.number(context, "after", otherwise, 0, Long.MAX_VALUE);
        }
        try {
            return Math.max(0, Long.parseLong(last.strip()));
        } catch (NumberFormatException e) {
            throw Errors.validation("Last-Event-ID is no number", "Send the id of the last event, or none");
        }
    }
}
