package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.protocol.CompletionActionResult;
import dev.makima.protocol.InterruptTask;
import dev.makima.protocol.SendMessage;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskOutput;
import dev.makima.protocol.TaskProgress;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A task goes to a daemon and comes back done, by both forms of the protocol. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class MainJobTest {
    private final TestDatabase database;

    MainJobTest(TestDatabase database) {
        this.database = database;
    }

    private static final String ASSISTANT =
            "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"Grüße\"}]}}";
    private static final String RESULT = "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,"
            + "\"result\":\"Done\",\"num_turns\":3,\"duration_ms\":1200,\"total_cost_usd\":0.0125,"
            + "\"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":90,\"output_tokens\":7}}";

    @TempDir
    Path directory;

    @Test
    void aStreamingDaemonDoesATask() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
            JsonObject made = server.post(
                    "/mesh/tasks",
                    new JsonObject()
                            .put("plan", "Build the feature,\nplease")
                            .put("repositoryUrl", "https://example.org/r.git")
                            .put("baseBranch", "main")
                            .put("completionAction", "branch")
                            .put("model", "opus")
                            .put("start", true),
                    201);
            assertThat(made.getString("name")).isEqualTo("Build the feature, please");
            SpawnTask spawn = daemon.expect(SpawnTask.class);
            assertThat(spawn.plan()).isEqualTo("Build the feature,\nplease");
            assertThat(spawn.repoUrl()).isEqualTo("https://example.org/r.git");
            assertThat(spawn.completionAction()).isEqualTo("branch");
            assertThat(spawn.model()).isEqualTo("opus");
            TaskId task = spawn.taskId();
            RunId run = new RunId(UUID.randomUUID());
            daemon.send(TaskStatusChange.of(task, TaskState.STARTING, TaskState.RUNNING));
            String text = ASSISTANT + "\n" + RESULT;
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            daemon.output(task, run, StreamName.DAEMON, 0, "worktree is ready\n");
            daemon.output(task, run, StreamName.STDOUT, 0, bytes);
            daemon.expectAck(run, StreamName.STDOUT, bytes.length);
            daemon.send(new TaskProgress(task, "half way", null));
            daemon.send(CompletionActionResult.success(task, "branch made")
                    .withWork("makima/task-x", "abc123", "/trees/x")
                    .withStatistics(3, 20, 4));
            daemon.send(TaskComplete.success(task)
                    .withRun(run, new dev.makima.protocol.StreamLengths(bytes.length, 0, 18)));

            JsonObject done = server.taskWith(task.toString(), "done");
            assertThat(done.getString("branch")).isEqualTo("makima/task-x");
            assertThat(done.getString("commitSha")).isEqualTo("abc123");
            assertThat(done.getInteger("filesChanged")).isEqualTo(3);
            assertThat(done.getString("progressSummary")).isEqualTo("half way");
            assertThat(done.getString("daemonId")).isEqualTo(daemon.id().toString());
            List<JsonObject> entries = server.entries(task.toString(), 3);
            assertThat(entries)
                    .extracting(entry -> entry.getString("messageType"))
                    .containsExactlyInAnyOrder("daemon", "assistant", "result");
            assertThat(entries).extracting(entry -> entry.getLong("seq")).containsExactly(1L, 2L, 3L);
            JsonObject paid = server.task(task.toString(), found -> found.containsKey("costUsd"));
            assertThat(paid.getDouble("costUsd")).isEqualTo(0.0125);
            assertThat(paid.getLong("turns")).isEqualTo(3);
            assertThat(paid.getLong("inputTokens")).isEqualTo(100);
            assertThat(paid.getLong("durationMs")).isEqualTo(1200);
        }
    }

    @Test
    void aBaseDaemonDoesATask() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.base(server, "m1", 2)) {
            String id = server.task("one");
            TaskId task = daemon.take();
            daemon.send(new TaskOutput(task, ASSISTANT, false));
            daemon.send(new TaskOutput(task, "[stderr] care", true));
            daemon.send(new TaskOutput(task, "ful", false));
            daemon.send(new TaskOutput(task, "first part, ", true));
            daemon.send(new TaskOutput(task, "second part", false));
            daemon.send(new TaskOutput(task, RESULT, false));
            daemon.send(TaskComplete.success(task));
            server.taskWith(id, "done");
            List<JsonObject> entries = server.entries(id, 4);
            assertThat(entries)
                    .extracting(entry -> entry.getString("messageType") + "/" + entry.getString("stream"))
                    .containsExactlyInAnyOrder("assistant/stdout", "raw/stderr", "raw/stdout", "result/stdout");
            assertThat(entries)
                    .extracting(entry -> entry.getString("content"))
                    .contains("Grüße", "careful", "first part, second part", "Done");
        }
    }

    @Test
    void completionWaitsForTheRestOfTheOutput() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
            String id = server.task("one");
            TaskId task = daemon.take();
            RunId run = new RunId(UUID.randomUUID());
            daemon.output(task, run, StreamName.STDOUT, 0, "one\n");
            daemon.complete(task, run, 8);
            daemon.send(new TaskProgress(task, "completion was read", null));
            JsonObject waiting = server.task(id, found -> found.containsKey("progressSummary"));
            assertThat(waiting.getString("status")).isEqualTo("running");
            daemon.output(task, run, StreamName.STDOUT, 4, "two!");
            server.taskWith(id, "done");
            assertThat(server.entries(id, 2))
                    .extracting(entry -> entry.getString("content"))
                    .containsExactly("one", "two!");
        }
    }

    @Test
    void aStoppedTaskStaysInterrupted() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.base(server, "m1", 2)) {
            String id = server.task("one");
            TaskId task = daemon.take();
            server.taskWith(id, "running");
            server.post("/mesh/tasks/" + id + "/stop", new JsonObject().put("graceful", false), 200);
            InterruptTask interrupt = daemon.expect(InterruptTask.class);
            assertThat(interrupt.graceful()).isFalse();
            daemon.send(TaskComplete.success(task));
            assertThat(server.taskWith(id, "interrupted").getString("completedAt"))
                    .isNotNull();
            daemon.send(TaskStatusChange.of(task, TaskState.RUNNING, TaskState.RUNNING));
            daemon.send(TaskComplete.failure(task, "x"));
            String second = server.task("two");
            assertThat(daemon.take().toString()).isEqualTo(second);
            assertThat(server.get("/mesh/tasks/" + id).getString("status")).isEqualTo("interrupted");
        }
    }

    @Test
    void aFailedTaskTellsWhy() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.base(server, "m1", 2)) {
            String id = server.task("one");
            daemon.send(TaskComplete.failure(daemon.take(), "Exit code: 3"));
            assertThat(server.taskWith(id, "failed").getString("errorMessage")).isEqualTo("Exit code: 3");
        }
    }

    @Test
    void aMessageReachesTheAgentsDaemon() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.base(server, "m1", 2)) {
            String id = server.task("one");
            daemon.take();
            server.taskWith(id, "running");
            server.post("/mesh/tasks/" + id + "/message", new JsonObject().put("message", "hurry up"), 202);
            assertThat(daemon.expect(SendMessage.class).message()).isEqualTo("hurry up");
        }
    }

    @Test
    void checkpointsAndLoginsAreToldAsEntries() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.base(server, "m1", 2)) {
            String id = server.task("one");
            TaskId task = daemon.take();
            daemon.sendText("{\"type\":\"checkpointCreated\",\"taskId\":\"" + task + "\",\"success\":true,"
                    + "\"commitSha\":\"9fceb02\",\"branchName\":\"makima/x\",\"message\":\"WIP\"}");
            daemon.sendText("{\"type\":\"authenticationRequired\",\"taskId\":\"" + task
                    + "\",\"loginUrl\":\"https://example.org/login\"}");
            List<JsonObject> entries = server.entries(id, 2);
            assertThat(entries)
                    .extracting(entry -> entry.getString("messageType"))
                    .containsExactly("checkpoint", "auth_required");
            assertThat(entries.getLast().getJsonObject("toolInput").getString("loginUrl"))
                    .isEqualTo("https://example.org/login");
            assertThat(server.get("/mesh/tasks/" + id + "/output/1").getString("content"))
                    .isEqualTo("WIP");
        }
    }

    @Test
    void costCountsOnlyWhatARunAdds() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.base(server, "m1", 2)) {
            String id = server.task("one");
            TaskId task = daemon.take();
            for (String total : List.of("0.10", "0.25", "0.05")) {
                daemon.send(new TaskOutput(
                        task, "{\"type\":\"result\",\"result\":\"x\",\"total_cost_usd\":" + total + "}", false));
            }
            // 0.10, then 0.15 more; 0.05 can only be a new session's.
            server.task(id, found -> found.getDouble("costUsd", 0.0) == 0.30);
        }
    }
}
