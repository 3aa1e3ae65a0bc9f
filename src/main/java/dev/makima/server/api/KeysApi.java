package dev.makima.server.api;

import dev.makima.server.core.Keys;
import dev.makima.server.store.KeyTable;
import dev.makima.server.store.Store;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.UUID;

/** API keys. To be used on one event loop. */
final class KeysApi {
    private static final int NAME_MAX = 200;
    private static final int LIMIT_MAX = 1000;

    private final Store store;
    private final Keys keys;
    private final Clock clock;

    KeysApi(Store store, Keys keys, Clock clock) {
        this.store = store;
        this.keys = keys;
        this.clock = clock;
    }

    void create(RoutingContext context) {
        String name = Body.of(context).needText("name");
        if (name.length() > NAME_MAX) {
            throw Errors.validation("the name is longer than " + NAME_MAX + " characters", "Choose a shorter one");
        }
        KeyTable.Key asking = Query.key(context);
        keys.create(new KeyTable.Holder(asking.ownerId(), asking.accountId()), name)
                .onSuccess(created -> Query.json(
                        context,
                        201,
                        Json.key(created.key()).put("key", created.secret().reveal())))
                .onFailure(context::fail);
    }

    void list(RoutingContext context) {
        int limit = (int) Query.number(context, "limit", LIMIT_MAX, 1, LIMIT_MAX);
        store.keys()
                .list(Query.owner(context), Cursor.read(Query.text(context, "cursor")), limit + 1)
                .onSuccess(keys -> {
                    JsonArray list = new JsonArray();
                    keys.stream().limit(limit).forEach(key -> list.add(Json.key(key)));
                    JsonObject page = new JsonObject().put("keys", list);
                    if (keys.size() > limit) {
                        KeyTable.Key last = keys.get(limit - 1);
                        page.put("nextCursor", Cursor.of(last.createdAt(), last.id()));
                    }
                    Query.json(context, 200, page);
                })
                .onFailure(context::fail);
    }

    void revoke(RoutingContext context) {
        UUID id = Query.id(context, "key");
        store.keys()
                .revoke(Query.owner(context), id.toString(), clock.instant())
                .onSuccess(done -> context.response().setStatusCode(204).end())
                .onFailure(context::fail);
    }
}
