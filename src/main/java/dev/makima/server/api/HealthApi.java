package dev.makima.server.api;

import dev.makima.server.daemons.DaemonRegistry;
import dev.makima.server.daemons.FlowControl;
import dev.makima.server.store.Store;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** Whether the server lives and can work: without a key, for those who watch it. To be used on one event loop. */
final class HealthApi {
    private final Store store;
    private final DaemonRegistry registry;
    private final FlowControl flow;

    HealthApi(Store store, DaemonRegistry registry, FlowControl flow) {
        this.store = store;
        this.registry = registry;
        this.flow = flow;
    }

    void live(RoutingContext context) {
        Query.json(context, 200, new JsonObject().put("status", "up"));
    }

    void ready(RoutingContext context) {
        store.check().onComplete(checked -> {
            boolean up = checked.succeeded();
            JsonObject components = new JsonObject()
                    .put("database", up ? "up" : "does not answer")
                    .put("writer", store.waitingWrites() + " writes waiting")
                    .put("output", flow.waiting() + " bytes waiting")
                    .put("daemons", registry.size() + " connected");
            // Leases and silence are measured in time: who looks can see whether the clocks agree.
            context.response()
                    .putHeader("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
            Query.json(
                    context,
                    up ? 200 : 503,
                    new JsonObject().put("status", up ? "up" : "down").put("components", components));
        });
    }
}
