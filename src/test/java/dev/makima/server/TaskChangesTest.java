package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.InterruptTask;
import dev.makima.protocol.RegisterToolKey;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskProgress;
import dev.makima.protocol.TaskRecoveryDetected;
import dev.makima.protocol.TaskState;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Tasks that are there already: changed, tried again, gone on from. */
class TaskChangesTest extends ServerBench {
    private static final String KEY = "0123456789abcdef".repeat(4);

    private JsonObject make(JsonObject task) {
        return server.post("/mesh/tasks", task.put("plan", "p"), 201);
    }

    private JsonObject put(String id, JsonObject change, int status) {
        return put(server.key, id, change, status);
    }

    private JsonObject put(String key, String id, JsonObject change, int status) {
        HttpResponse<String> answer = server.send(HttpRequest.newBuilder(server.uri("/api/v1/mesh/tasks/" + id))
                .header("X-Makima-Api-Key", key)
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(change.encode())));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return new JsonObject(answer.body());
    }

    @Test
    void aTaskIsChangedByWhoKnowsHowItIs() {
        JsonObject made = make(new JsonObject().put("name", "a"));
        String id = made.getString("id");
        JsonObject changed = put(
                id,
                new JsonObject()
                        .put("name", "b")
                        .put("plan", "other")
                        .put("priority", 7)
                        .put("maxRetries", 0)
                        .put("model", "m1")
                        .put("maxCostUsd", 1.5)
                        .put("completionAction", "pr")
                        .put("version", made.getLong("version")),
                200);
        assertThat(changed.getString("name")).isEqualTo("b");
        assertThat(changed.getString("plan")).isEqualTo("other");
        assertThat(changed.getInteger("priority")).isEqualTo(7);
        assertThat(changed.getInteger("maxRetries")).isZero();
        assertThat(changed.getString("model")).isEqualTo("m1");
        assertThat(changed.getDouble("maxCostUsd")).isEqualTo(1.5);
        assertThat(changed.getString("completionAction")).isEqualTo("pr");
        assertThat(changed.getLong("version")).isEqualTo(made.getLong("version") + 1);
        JsonObject refused = put(id, new JsonObject().put("name", "c").put("version", made.getLong("version")), 409);
        assertThat(refused.getString("code")).isEqualTo("CONFLICT");
        assertThat(refused.getJsonObject("current")).isEqualTo(changed);
        assertThat(put(id, new JsonObject(), 200)).isEqualTo(changed);
        put(id, new JsonObject().put("name", " "), 400);
        put(id, new JsonObject().put("status", "running"), 400);
        put(id, new JsonObject().put("priority", "high"), 400);
        put(UUID.randomUUID().toString(), new JsonObject().put("name", "c"), 404);
    }

    @Test
    void aTaskThatNoDaemonHasIsMadeDoneByHandAndWaitingAgain() {
        String id = make(new JsonObject()).getString("id");
        JsonObject done = put(id, new JsonObject().put("status", "done"), 200);
        assertThat(done.getString("status")).isEqualTo("done");
        assertThat(done.getString("completedAt")).isNotNull();
        JsonObject pending = put(id, new JsonObject().put("status", "pending"), 200);
        assertThat(pending.getString("status")).isEqualTo("pending");
        assertThat(pending.getBoolean("queued")).isFalse();
        assertThat(pending.getString("completedAt")).isNull();
    }

    @Test
    void oneThatIsAtWorkTakesOnlyWhatNoDaemonActsOnAndIsStopped() {
        String id = server.task("one");
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            TaskId task = daemon.take();
            server.taskWith(id, "running");
            assertThat(put(id, new JsonObject().put("priority", 3).put("progressSummary", "half"), 200)
                            .getString("progressSummary"))
                    .isEqualTo("half");
            // What a person says of it is right until its agent speaks again.
            daemon.send(new TaskProgress(task, "nearly all", null));
            server.task(id, found -> "nearly all".equals(found.getString("progressSummary")));
            assertThat(put(id, new JsonObject().put("plan", "other"), 409).getString("message"))
                    .contains("is running", "plan");
            put(id, new JsonObject().put("status", "done"), 409);
            put(id, new JsonObject().put("status", "interrupted"), 200);
            assertThat(daemon.expect(InterruptTask.class).taskId()).isEqualTo(task);
        }
    }

    @Test
    void anAgentSaysHowFarItIsAndNothingElse() {
        String id = server.task("one");
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            TaskId task = daemon.take();
            daemon.send(new RegisterToolKey(task, KEY, "1-1", null));
            daemon.expect(EventAck.class);
            server.taskWith(id, "running");
            assertThat(put(KEY, id, new JsonObject().put("progressSummary", "half"), 200)
                            .getString("progressSummary"))
                    .isEqualTo("half");
            put(KEY, id, new JsonObject().put("name", "x"), 401);
            put(KEY, id, new JsonObject().put("status", "interrupted"), 401);
        }
    }

    @Test
    void whatAnAgentSaysOfItsTaskIsNotReplacedByItsLastWordsUntilTheNextStart() {
        String id = server.task("one");
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            TaskId task = daemon.take();
            daemon.send(new RegisterToolKey(task, KEY, "1-1", null));
            daemon.expect(EventAck.class);
            daemon.send(new TaskProgress(task, "first words", null));
            server.task(id, found -> "first words".equals(found.getString("progressSummary")));
            put(KEY, id, new JsonObject().put("progressSummary", "all parts are merged"), 200);
            daemon.send(new TaskProgress(task, "last words", null));
            daemon.send(TaskComplete.success(task));
            assertThat(server.taskWith(id, "done").getString("progressSummary")).isEqualTo("all parts are merged");

            server.post("/mesh/tasks/" + id + "/start", new JsonObject(), 200);
            daemon.take();
            daemon.send(new TaskProgress(task, "words of the second run", null));
            server.task(id, found -> "words of the second run".equals(found.getString("progressSummary")));
        }
    }

    @Test
    void aFailedTaskIsTriedAgainWhereItWas() {
        String id = server.task("one");
        try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1)) {
            TaskId task = first.take();
            try (ScriptedDaemon idle = ScriptedDaemon.streaming(server, "m2", 5)) {
                assertThat(server.post("/mesh/tasks/" + id + "/retry", "").statusCode())
                        .isEqualTo(409);
                first.send(TaskComplete.failure(task, "no luck"));
                server.taskWith(id, "failed");
                JsonObject again = server.post("/mesh/tasks/" + id + "/retry", new JsonObject(), 200);
                assertThat(again.getString("errorMessage")).isNull();
                SpawnTask spawn = first.expect(SpawnTask.class);
                assertThat(spawn.taskId()).isEqualTo(task);
                assertThat(spawn.resumeSession()).isTrue();
                assertThat(idle.received).isEmpty();
                first.send(TaskComplete.success(task));
                server.taskWith(id, "done");
                assertThat(server.post("/mesh/tasks/" + id + "/retry", "").statusCode())
                        .isEqualTo(409);
            }
        }
    }

    @Test
    void aTaskIsRetriedAsOftenAsItSays() {
        String none =
                make(new JsonObject().put("start", true).put("maxRetries", 0)).getString("id");
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            TaskId task = daemon.take();
            daemon.send(new TaskRecoveryDetected(task, TaskState.RUNNING, false, null, true, "1-1", null));
            assertThat(server.taskWith(none, "failed").getString("errorMessage"))
                    .contains("no retry is left");
        }
        String some = make(new JsonObject().put("start", true)).getString("id");
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m3", 1)) {
            TaskId task = daemon.take();
            daemon.send(new TaskRecoveryDetected(task, TaskState.RUNNING, false, null, true, "1-1", null));
            daemon.expect(SpawnTask.class, EventAck.class);
            assertThat(server.get("/mesh/tasks/" + some).getInteger("retries")).isOne();
        }
    }

    @Test
    void aTaskIsGoneOnFromWithItsWishes() {
        JsonObject from = make(new JsonObject()
                .put("repositoryUrl", "https://example.com/r.git")
                .put("baseBranch", "main")
                .put("completionAction", "branch")
                .put("model", "m1"));
        JsonObject next = server.post(
                "/mesh/tasks/" + from.getString("id") + "/continue",
                new JsonObject().put("plan", "more").put("model", "m2"),
                201);
        assertThat(next.getString("continueFromTaskId")).isEqualTo(from.getString("id"));
        assertThat(next.getString("repositoryUrl")).isEqualTo("https://example.com/r.git");
        assertThat(next.getString("baseBranch")).isEqualTo("main");
        assertThat(next.getString("completionAction")).isEqualTo("branch");
        assertThat(next.getString("model")).isEqualTo("m2");
        assertThat(next.getBoolean("queued")).isTrue();
        assertThat(server.post("/mesh/tasks/" + UUID.randomUUID() + "/continue", "{\"plan\":\"x\"}")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void subtasksAreMadeBelowTheirTaskAndListed() {
        String parent = make(new JsonObject().put("repositoryUrl", "https://example.com/r.git"))
                .getString("id");
        String path = "/mesh/tasks/" + parent + "/subtasks";
        List<String> made = java.util.stream.IntStream.range(0, 3)
                .mapToObj(i -> server.post(path, new JsonObject().put("plan", "part " + i), 201))
                .peek(task -> assertThat(task.getString("parentTaskId")).isEqualTo(parent))
                .peek(task -> assertThat(task.getString("repositoryUrl")).isEqualTo("https://example.com/r.git"))
                .map(task -> task.getString("id"))
                .toList();
        JsonObject first = server.get(path + "?limit=2");
        JsonObject second = server.get(path + "?limit=2&cursor=" + first.getString("nextCursor"));
        assertThat(first.getJsonArray("tasks")).hasSize(2);
        assertThat(second.getString("nextCursor")).isNull();
        assertThat(first.encode() + second.encode()).contains(made);
        assertThat(server.get("/mesh/tasks?parent=" + parent).getJsonArray("tasks"))
                .hasSize(3);
        assertThat(server.get("/mesh/tasks?contract=" + UUID.randomUUID()).getJsonArray("tasks"))
                .isEmpty();
    }
}
