package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.EventReject;
import dev.makima.protocol.RegisterToolKey;
import dev.makima.protocol.RevokeToolKey;
import dev.makima.protocol.SendMessage;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The keys of agents: what they reach, and when they are worth nothing. */
class ToolKeysTest extends ServerBench {
    private static final String KEY = "0123456789abcdef".repeat(4);
    private static final String OTHER_KEY = "fedcba9876543210".repeat(4);

    private HttpResponse<String> with(String key, String method, String path, @Nullable JsonObject body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri("/api/v1" + path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.encode()));
        return server.send(request);
    }

    private int status(String key, String path) {
        return with(key, "GET", path, null).statusCode();
    }

    private String made(JsonObject task) {
        return server.post("/mesh/tasks", task.put("plan", "do it"), 201).getString("id");
    }

    private String contract() {
        return server.post("/contracts", new JsonObject().put("name", "c").put("start", false), 201)
                .getString("id");
    }

    private static void take(ScriptedDaemon daemon, TaskId task, String key) {
        daemon.send(new RegisterToolKey(task, key, "1-" + key.charAt(0), null));
        assertThat(daemon.expect(EventAck.class).eventIds()).hasSize(1);
        daemon.send(TaskStatusChange.of(task, TaskState.INITIALIZING, TaskState.STARTING));
        daemon.send(TaskStatusChange.of(task, TaskState.STARTING, TaskState.RUNNING));
    }

    @Test
    void anOrchestratorsKeyReachesItsFamilyAndNothingElse() throws Exception {
        String parent = made(new JsonObject().put("name", "whole"));
        String child = made(new JsonObject().put("name", "part").put("parentTaskId", parent));
        String stranger = made(new JsonObject().put("name", "another's"));
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 3)) {
            server.post("/mesh/tasks/" + parent + "/start", new JsonObject(), 200);
            SpawnTask spawn = daemon.expect(SpawnTask.class);
            assertThat(spawn.isOrchestrator()).isTrue();
            assertThat(status(KEY, "/mesh/tasks")).isEqualTo(401);
            take(daemon, spawn.taskId(), KEY);
            assertThat(new JsonObject(with(KEY, "GET", "/mesh/tasks", null).body()).getJsonArray("tasks"))
                    .extracting(task -> ((JsonObject) task).getString("id"))
                    .containsExactlyInAnyOrder(parent, child);
            assertThat(status(KEY, "/mesh/tasks/" + child)).isEqualTo(200);
            assertThat(status(KEY, "/mesh/tasks/" + child + "/output")).isEqualTo(200);
            for (String path : List.of("", "/output", "/diff", "/events", "/checkpoints")) {
                assertThat(status(KEY, "/mesh/tasks/" + stranger + path))
                        .as(path)
                        .isEqualTo(404);
            }
            for (String path : List.of("/keys", "/mesh/daemons", "/mesh/daemons/" + daemon.id())) {
                assertThat(status(KEY, path)).as(path).isEqualTo(401);
            }
            assertThat(with(KEY, "POST", "/keys", new JsonObject().put("name", "more"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(with(KEY, "DELETE", "/mesh/tasks/" + child, null).statusCode())
                    .isEqualTo(401);
            assertThat(with(KEY, "POST", "/mesh/tasks/" + stranger + "/patch/apply", new JsonObject())
                            .statusCode())
                    .isEqualTo(404);
            assertThat(with(
                                    KEY,
                                    "POST",
                                    "/mesh/tasks/" + parent + "/patch/apply",
                                    new JsonObject().put("sourceTaskId", stranger))
                            .statusCode())
                    .isEqualTo(404);
            makesTasksBelowItselfOnly(parent, stranger);
            handsInNoCode(daemon, parent);
            assertThat(kept()).doesNotContain(KEY);
        }
    }

    /** With a code of its own making an agent would log the machine in as somebody else. */
    private void handsInNoCode(ScriptedDaemon daemon, String parent) throws Exception {
        String path = "/mesh/tasks/" + parent + "/message";
        assertThat(with(KEY, "POST", path, new JsonObject().put("message", "AUTH_CODE:a#b"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(with(KEY, "POST", path, new JsonObject().put("message", "no AUTH_CODE:a#b"))
                        .statusCode())
                .isEqualTo(202);
        assertThat(daemon.expect(SendMessage.class).message()).startsWith("no ");
        server.post(path, new JsonObject().put("message", "AUTH_CODE:secret#code"), 202);
        assertThat(daemon.expect(SendMessage.class).loginCode()).contains("secret#code");
        assertThat(kept()).doesNotContain("secret#code");
    }

    private void makesTasksBelowItselfOnly(String parent, String stranger) {
        JsonObject task = new JsonObject().put("plan", "x").put("name", "more");
        HttpResponse<String> made = with(KEY, "POST", "/mesh/tasks", task.copy().put("parentTaskId", parent));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        assertThat(with(KEY, "POST", "/mesh/tasks", task).statusCode()).isEqualTo(401);
        assertThat(with(KEY, "POST", "/mesh/tasks", task.copy().put("parentTaskId", stranger))
                        .statusCode())
                .isEqualTo(401);
        assertThat(with(
                                KEY,
                                "POST",
                                "/mesh/tasks",
                                task.copy()
                                        .put("parentTaskId", parent)
                                        .put("contractId", UUID.randomUUID().toString()))
                        .statusCode())
                .isEqualTo(401);
        assertThat(with(
                                KEY,
                                "POST",
                                "/mesh/tasks",
                                task.copy().put("parentTaskId", parent).put("continueFromTaskId", stranger))
                        .statusCode())
                .isEqualTo(404);
    }

    private String kept() throws Exception {
        StringBuilder all = new StringBuilder();
        for (String name : List.of("server.db", "server.db-wal")) {
            Path file = directory.resolve(name);
            if (Files.exists(file)) {
                all.append(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }

    @Test
    void anOrdinaryTasksKeyReachesItsContractAndMakesNoTasks() {
        String contract = contract();
        made(new JsonObject().put("contractId", contract).put("start", true).put("priority", 5));
        String sibling = made(new JsonObject().put("contractId", contract));
        String stranger = made(new JsonObject().put("contractId", contract()));
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            SpawnTask spawn = daemon.expect(SpawnTask.class);
            assertThat(spawn.isOrchestrator()).isFalse();
            take(daemon, spawn.taskId(), KEY);
            assertThat(status(KEY, "/mesh/tasks/" + sibling)).isEqualTo(200);
            assertThat(status(KEY, "/mesh/tasks/" + stranger)).isEqualTo(404);
            HttpResponse<String> refused = with(
                    KEY,
                    "POST",
                    "/mesh/tasks",
                    new JsonObject()
                            .put("plan", "x")
                            .put("parentTaskId", spawn.taskId().toString()));
            assertThat(with(
                                    KEY,
                                    "POST",
                                    "/mesh/tasks/",
                                    new JsonObject()
                                            .put("plan", "x")
                                            .put("parentTaskId", spawn.taskId().toString()))
                            .statusCode())
                    .isIn(401, 404);
            assertThat(status(KEY, "/keys/")).isEqualTo(401);
            assertThat(status(KEY, "/mesh/tasks/x/../../keys")).isEqualTo(401);
            assertThat(status(KEY, "/mesh/tasks/no-id/output")).isEqualTo(404);
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(refused.body()).contains("only those of supervisors and orchestrators");
        }
    }

    @Test
    void aKeyDiesWithItsTaskIsReplacedAndRevoked() {
        server.task("one");
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            TaskId task = daemon.expect(SpawnTask.class).taskId();
            take(daemon, task, KEY);
            assertThat(status(KEY, "/mesh/tasks/" + task)).isEqualTo(200);
            daemon.send(new RegisterToolKey(task, OTHER_KEY, "2-1", null));
            daemon.expect(EventAck.class);
            assertThat(status(KEY, "/mesh/tasks/" + task)).isEqualTo(401);
            assertThat(status(OTHER_KEY, "/mesh/tasks/" + task)).isEqualTo(200);
            daemon.send(new RevokeToolKey(task, "2-2", null));
            daemon.expect(EventAck.class);
            assertThat(status(OTHER_KEY, "/mesh/tasks/" + task)).isEqualTo(401);
            daemon.send(new RegisterToolKey(task, OTHER_KEY, "2-3", null));
            daemon.expect(EventAck.class);
            assertThat(status(OTHER_KEY, "/mesh/tasks/" + task)).isEqualTo(200);
            daemon.send(TaskComplete.success(task));
            server.taskWith(task.toString(), "done");
            assertThat(status(OTHER_KEY, "/mesh/tasks/" + task)).isEqualTo(401);
        }
    }

    @Test
    void onlyTheDaemonThatHasTheTaskGivesItAKeyAndNoDaemonConnectsByOne() {
        server.task("one");
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1);
                ScriptedDaemon stranger = ScriptedDaemon.streaming(server, "m2", 0)) {
            TaskId task = daemon.expect(SpawnTask.class).taskId();
            stranger.send(new RegisterToolKey(task, OTHER_KEY, "1-1", null));
            stranger.expect(EventAck.class);
            assertThat(status(OTHER_KEY, "/mesh/tasks/" + task)).isEqualTo(401);
            daemon.send(new RegisterToolKey(task, "no key", "1-0", null));
            assertThat(daemon.expect(EventReject.class).code()).isEqualTo("VALIDATION");
            take(daemon, task, KEY);
            HttpResponse<String> upgrade = with(KEY, "GET", "/mesh/daemons/connect", null);
            assertThat(upgrade.statusCode()).isIn(401, 426);
            server.post("/mesh/tasks/" + task + "/stop", new JsonObject(), 200);
        }
    }
}
