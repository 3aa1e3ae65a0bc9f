package dev.makima.server.api;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.server.core.Bus;
import dev.makima.server.core.Keys;
import dev.makima.server.store.KeyTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.TaskTable;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** API keys. To be used on one event loop. */
final class KeysApi {
    private static final int NAME_MAX = 200;
    private static final int LIMIT_MAX = 1000;

    private final Store store;
    private final Keys keys;
    private final Bus bus;
    private final Clock clock;

    KeysApi(Store store, Keys keys, Bus bus, Clock clock) {
        this.store = store;
        this.keys = keys;
        this.bus = bus;
        this.clock = clock;
    }

    void create(RoutingContext context) {
        Body body = Body.of(context);
        String name = body.needText("name");
        String user = body.text("user");
        String owner = body.text("owner");
        bound("name", name);
        bound("user", user);
        bound("owner", owner);
        KeyTable.Key asking = Query.key(context);
        if (owner != null && !asking.admin()) {
            throw new MakimaException(
                    ErrorCode.UNAUTHORIZED,
                    "this key makes keys for its own owner only",
                    "Use the admin key of the server's first start, or a command on the server's machine");
        }
        store.keys()
                .holder(asking, owner, user, clock.instant())
                .compose(holder -> keys.create(holder, name))
                .onSuccess(created -> Query.json(
                        context,
                        201,
                        Json.key(created.key()).put("key", created.secret().reveal())))
                .onFailure(context::fail);
    }

    private static void bound(String field, @Nullable String name) {
        if (name != null && (name.isBlank() || name.length() > NAME_MAX)) {
            throw Errors.validation(
                    "the field \"" + field + "\" is empty or longer than " + NAME_MAX + " characters",
                    "Send another name");
        }
    }

    void list(RoutingContext context) {
        Page page = Page.asked(context, LIMIT_MAX, LIMIT_MAX);
        store.keys()
                .list(Query.owner(context), page.behind(), page.reads())
                .onSuccess(keys -> Query.json(
                        context,
                        200,
                        page.of("keys", keys, Json::key, key -> new TaskTable.Position(key.createdAt(), key.id()))))
                .onFailure(context::fail);
    }

    void revoke(RoutingContext context) {
        UUID id = Query.id(context, "key");
        store.keys()
                .revoke(Query.owner(context), id.toString(), clock.instant())
                .onSuccess(done -> {
                    bus.publishRevoked(id);
                    context.response().setStatusCode(204).end();
                })
                .onFailure(context::fail);
    }
}
