package dev.makima.server.api;

import dev.makima.server.store.Store;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;

/** The daemons. To be used on one event loop. */
final class DaemonsApi {
    private final Store store;

    DaemonsApi(Store store) {
        this.store = store;
    }

    void list(RoutingContext context) {
        store.daemons()
                .list(Query.owner(context))
                .onSuccess(daemons -> {
                    JsonArray list = new JsonArray();
                    daemons.forEach(daemon -> list.add(Json.daemon(daemon)));
                    Query.json(context, 200, new JsonObject().put("daemons", list));
                })
                .onFailure(context::fail);
    }

    void get(RoutingContext context) {
        UUID id = Query.id(context, "daemon");
        store.daemons()
                .get(Query.owner(context), id)
                .map(found -> found.orElseThrow(() -> Errors.notFound("no daemon " + id)))
                .onSuccess(daemon -> Query.json(context, 200, Json.daemon(daemon)))
                .onFailure(context::fail);
    }
}
