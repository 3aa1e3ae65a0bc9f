package dev.makima.server.api;

import dev.makima.protocol.RestartDaemon;
import dev.makima.server.core.Bus;
import dev.makima.server.daemons.DaemonRegistry;
import dev.makima.server.store.DaemonTable;
import dev.makima.server.store.Store;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The daemons. To be used on one event loop. */
final class DaemonsApi {
    private static final int LIMIT_MAX = 1000;
    private static final int ID_LENGTH = 36;

    private final Store store;
    private final DaemonRegistry registry;
    private final Bus bus;

    DaemonsApi(Store store, DaemonRegistry registry, Bus bus) {
        this.store = store;
        this.registry = registry;
        this.bus = bus;
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
        int limit = (int) Query.number(context, "limit", LIMIT_MAX, 1, LIMIT_MAX);
        store.daemons()
                .list(Query.owner(context), behind(Query.text(context, "cursor")), limit + 1)
                .onSuccess(daemons -> {
                    JsonArray list = new JsonArray();
                    daemons.stream().limit(limit).forEach(daemon -> list.add(json(daemon)));
                    JsonObject page = new JsonObject().put("daemons", list);
                    if (daemons.size() > limit) {
                        DaemonTable.Daemon last = daemons.get(limit - 1);
                        page.put("nextCursor", Cursor.of(0, last.id() + last.hostname()));
                    }
                    Query.json(context, 200, page);
                })
                .onFailure(context::fail);
    }

    private static DaemonTable.@Nullable Position behind(@Nullable String cursor) {
        Cursor.At at = Cursor.at(cursor);
        if (at == null) {
            return null;
        }
        if (at.rest().length() < ID_LENGTH) {
            throw Cursor.wrong();
        }
        return new DaemonTable.Position(
                at.rest().substring(ID_LENGTH), at.rest().substring(0, ID_LENGTH));
    }

    void get(RoutingContext context) {
        need(context)
                .onSuccess(daemon -> Query.json(context, 200, json(daemon)))
                .onFailure(context::fail);
    }

    /** Where it keeps things, as it said when it connected last. */
    void directories(RoutingContext context) {
        need(context)
                .onSuccess(daemon -> {
                    JsonObject json = new JsonObject();
                    Json.put(json, "workingDirectory", daemon.workingDirectory());
                    Json.put(json, "homeDirectory", daemon.homeDirectory());
                    Json.put(json, "worktreesDirectory", daemon.worktreesDirectory());
                    Query.json(context, 200, json);
                })
                .onFailure(context::fail);
    }

    /** It ends, and whatever watches over it starts it again; its agents live on where its configuration says so. */
    void restart(RoutingContext context) {
        need(context)
                .compose(daemon -> bus.send(UUID.fromString(daemon.id()), new RestartDaemon()))
                .onSuccess(done -> Query.json(context, 202, new JsonObject()))
                .onFailure(context::fail);
    }

    /** The daemon of the path. Fails with NOT_FOUND. */
    Future<DaemonTable.Daemon> need(RoutingContext context) {
        UUID id = Query.id(context, "daemon");
        return store.daemons()
                .get(Query.owner(context), id)
                .map(found -> found.orElseThrow(() -> Errors.notFound("no daemon " + id)));
    }
}
