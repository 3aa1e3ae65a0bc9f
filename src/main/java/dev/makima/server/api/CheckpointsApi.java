package dev.makima.server.api;

import dev.makima.protocol.CreateCheckpoint;
import dev.makima.server.store.CheckpointTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** The saved states of a task's work. To be used on one event loop. */
final class CheckpointsApi {
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1000;

    private final Store store;
    private final TaskDaemon daemon;

    CheckpointsApi(Store store, TaskDaemon daemon) {
        this.store = store;
        this.daemon = daemon;
    }

    void list(RoutingContext context) {
        int limit = (int) Query.number(context, "limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        Cursor.At at = Cursor.at(Query.text(context, "cursor"));
        daemon.task(context)
                .compose(task -> store.checkpoints().list(task.id(), at == null ? null : at.rest(), limit + 1))
                .onSuccess(found -> {
                    JsonArray list = new JsonArray();
                    found.stream().limit(limit).forEach(checkpoint -> list.add(json(checkpoint)));
                    JsonObject page = new JsonObject().put("checkpoints", list);
                    if (found.size() > limit) {
                        page.put("nextCursor", Cursor.of(0, found.get(limit - 1).id()));
                    }
                    Query.json(context, 200, page);
                })
                .onFailure(context::fail);
    }

    void create(RoutingContext context) {
        String message = Body.of(context).needText("message");
        daemon.task(context)
                .compose(task -> daemon.ask(task, new CreateCheckpoint(task.id(), message, null))
                        .compose(answer -> kept(task, answer)))
                .onSuccess(made -> Query.json(context, 201, made))
                .onFailure(context::fail);
    }

    /** As it is kept, with its number: the answer was applied before it came here. */
    private Future<JsonObject> kept(Task task, JsonObject answer) {
        String sha = answer.getString("commitSha");
        JsonObject told = new JsonObject().put("message", answer.getString("message"));
        return sha == null
                ? Future.succeededFuture(told)
                : store.checkpoints()
                        .of(task.id(), sha)
                        .map(found -> found.map(CheckpointsApi::json).orElse(told.put("commitSha", sha)));
    }

    private static JsonObject json(CheckpointTable.Checkpoint checkpoint) {
        JsonObject json = new JsonObject().put("id", checkpoint.id());
        Json.put(json, "number", checkpoint.number());
        Json.put(json, "commitSha", checkpoint.commitSha());
        Json.put(json, "branch", checkpoint.branch());
        json.put("message", checkpoint.message()).put("filesChanged", checkpoint.files());
        Json.put(json, "linesAdded", checkpoint.linesAdded());
        Json.put(json, "linesRemoved", checkpoint.linesRemoved());
        json.put("hasPatch", checkpoint.hasPatch());
        Json.put(json, "patchFilesCount", checkpoint.patchFilesCount());
        Json.put(json, "createdAt", checkpoint.createdAt());
        return json;
    }
}
