package dev.makima.server.api;

import dev.makima.server.daemons.DaemonRegistry;
import dev.makima.server.store.DaemonTable;
import dev.makima.server.store.Store;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;

/** The daemons. To be used on one event loop. */
final class DaemonsApi {
    private final Store store;
    private final DaemonRegistry registry;

    DaemonsApi(Store store, DaemonRegistry registry) {
        this.store = store;
        this.registry = registry;
    }

    private JsonObject json(DaemonTable.Daemon daemon) {
        JsonObject json = Json.daemon(daemon);
        registry.refused(UUID.fromString(daemon.id()))
                .ifPresent(refused -> json.put("refusing", refused.reason())
                        .put("refusalMessage", refused.message())
                        .put("refusedAt", refused.at().toString()));
        return json;
    }

    void list(RoutingContext context) {
        store.daemons()
                .list(Query.owner(context))
                .onSuccess(daemons -> {
                    JsonArray list = new JsonArray();
                    daemons.forEach(daemon -> list.add(json(daemon)));
                    Query.json(context, 200, new JsonObject().put("daemons", list));
                })
                .onFailure(context::fail);
    }

    void get(RoutingContext context) {
        UUID id = Query.id(context, "daemon");
        store.daemons()
                .get(Query.owner(context), id)
                .map(found -> found.orElseThrow(() -> Errors.notFound("no daemon " + id)))
                .onSuccess(daemon -> Query.json(context, 200, json(daemon)))
                .onFailure(context::fail);
    }
}
