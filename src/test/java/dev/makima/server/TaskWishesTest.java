package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.protocol.CompletionActionResult;
import dev.makima.protocol.PauseTask;
import dev.makima.protocol.ResumeTask;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a user asks of a task reaches the daemon, and whether it came to be reaches the user. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class TaskWishesTest {
    private final TestDatabase database;

    TaskWishesTest(TestDatabase database) {
        this.database = database;
    }

    @TempDir
    Path directory;

    private static void end(ScriptedDaemon daemon, SpawnTask spawn, CompletionActionResult result) {
        daemon.send(TaskStatusChange.of(spawn.taskId(), TaskState.STARTING, TaskState.RUNNING));
        daemon.send(result);
        daemon.send(
                TaskComplete.success(spawn.taskId()).withRun(new RunId(UUID.randomUUID()), new StreamLengths(0, 0, 0)));
    }

    @Test
    void theLimitsOfATaskReachItsDaemon() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            JsonObject made = server.post(
                    "/mesh/tasks",
                    new JsonObject()
                            .put("plan", "Do it")
                            .put("maxCostUsd", 2.5)
                            .put("autonomousLoop", true)
                            .put("localOnly", true)
                            .put("autoMergeLocal", true)
                            .put("start", true),
                    201);
            SpawnTask spawn = daemon.expect(SpawnTask.class);
            assertThat(spawn.maxCostUsd()).isEqualByComparingTo("2.5");
            assertThat(spawn.autonomousLoop()).isTrue();
            assertThat(spawn.localOnly()).isTrue();
            assertThat(spawn.autoMergeLocal()).isTrue();
            assertThat(made.getDouble("maxCostUsd")).isEqualTo(2.5);
            assertThat(made.getBoolean("autonomousLoop")).isTrue();
            assertThat(made.getBoolean("localOnly")).isTrue();
            assertThat(made.getBoolean("autoMergeLocal")).isTrue();
        }
    }

    @Test
    void aDaemonOfTheBaseProtocolIsToldNothingThatItDoesNotKnow() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.base(server, "m1", 1)) {
            JsonObject wishes = new JsonObject()
                    .put("plan", "Do it")
                    .put("model", "opus")
                    .put("timeoutSecs", 60)
                    .put("maxCostUsd", 2.5)
                    .put("start", true);
            server.post("/mesh/tasks", wishes, 201);
            SpawnTask spawn = daemon.expect(SpawnTask.class);
            assertThat(spawn)
                    .isEqualTo(SpawnTask.builder(spawn.taskId(), spawn.taskName(), "Do it")
                            .completionAction(spawn.completionAction())
                            .build());
        }
    }

    @Test
    void whatNobodyAskedForIsNotAskedOfTheDaemon() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            server.task("plain");
            SpawnTask spawn = daemon.expect(SpawnTask.class);
            assertThat(spawn.maxCostUsd()).isNull();
            assertThat(spawn.autonomousLoop()).isFalse();
            assertThat(spawn.localOnly()).isFalse();
            assertThat(spawn.autoMergeLocal()).isFalse();
        }
    }

    @Test
    void aLimitThatCannotBeIsRefused() {
        try (TestServer server = new TestServer(database, directory)) {
            for (Object wrong : new Object[] {0, -1, "2.50", 1e12}) {
                JsonObject form = new JsonObject().put("plan", "Do it").put("maxCostUsd", wrong);
                assertThat(server.post("/mesh/tasks", form, 400).getString("message"))
                        .contains("maxCostUsd");
            }
        }
    }

    @Test
    void aTaskIsPausedAndGoesOn() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            String id = server.task("long");
            SpawnTask spawn = daemon.expect(SpawnTask.class);
            daemon.send(TaskStatusChange.of(spawn.taskId(), TaskState.STARTING, TaskState.RUNNING));
            server.taskWith(id, "running");
            server.post("/mesh/tasks/" + id + "/pause", new JsonObject(), 202);
            assertThat(daemon.expect(PauseTask.class).taskId()).isEqualTo(spawn.taskId());
            daemon.send(TaskStatusChange.of(spawn.taskId(), TaskState.RUNNING, TaskState.PAUSED));
            server.taskWith(id, "paused");
            server.post("/mesh/tasks/" + id + "/resume", new JsonObject(), 202);
            assertThat(daemon.expect(ResumeTask.class).taskId()).isEqualTo(spawn.taskId());
            daemon.send(TaskStatusChange.of(spawn.taskId(), TaskState.PAUSED, TaskState.RUNNING));
            server.taskWith(id, "running");
        }
    }

    @Test
    void nothingIsPausedThatNobodyWorksOn() {
        try (TestServer server = new TestServer(database, directory)) {
            String id = server.task("waiting");
            assertThat(server.post("/mesh/tasks/" + id + "/pause", new JsonObject(), 409)
                            .getString("message"))
                    .contains("no agent works on it");
        }
    }

    @Test
    void anActionThatFailedIsToldUntilTheTaskIsStartedAgain() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            String id = server.task("merge it");
            SpawnTask first = daemon.expect(SpawnTask.class);
            assertThat(server.get("/mesh/tasks/" + id).containsKey("completionSucceeded"))
                    .isFalse();
            end(daemon, first, CompletionActionResult.failure(first.taskId(), "conflicts with main"));
            JsonObject failed = server.taskWith(id, "done");
            assertThat(failed.getBoolean("completionSucceeded")).isFalse();
            assertThat(failed.getString("completionMessage")).isEqualTo("conflicts with main");

            JsonObject again = server.post("/mesh/tasks/" + id + "/start", new JsonObject(), 200);
            assertThat(again.containsKey("completionSucceeded")).isFalse();
            SpawnTask second = daemon.expect(SpawnTask.class);
            end(daemon, second, CompletionActionResult.success(second.taskId(), "merged"));
            assertThat(server.taskWith(id, "done").getBoolean("completionSucceeded"))
                    .isTrue();
        }
    }
}
