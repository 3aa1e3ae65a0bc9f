package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.config.ServerConfig;
import dev.makima.protocol.Authenticate;
import dev.makima.protocol.Authenticated;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.InterruptTask;
import dev.makima.protocol.OutputRewind;
import dev.makima.protocol.Resume;
import dev.makima.protocol.ResumedRun;
import dev.makima.protocol.RunStanding;
import dev.makima.protocol.RunVerdict;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskOutput;
import dev.makima.protocol.TaskRecoveryDetected;
import dev.makima.protocol.TaskState;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections, daemons and servers that go away and come back. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class LossTest {
    private final TestDatabase database;

    LossTest(TestDatabase database) {
        this.database = database;
    }

    private final RunId run = new RunId(UUID.randomUUID());

    @TempDir
    Path directory;

    @Test
    void outputGoesOnWhereItEnded() {
        try (TestServer server = new TestServer(database, directory)) {
            String id;
            TaskId task;
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
                id = server.task("one");
                task = daemon.take();
                daemon.output(task, run, StreamName.STDOUT, 0, "one\ntw");
                daemon.expectAck(run, StreamName.STDOUT, 6);
            }
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2, List.of(standing(task)))) {
                ResumedRun resumed = daemon.expect(Resume.class).runs().getFirst();
                assertThat(resumed.verdict()).isEqualTo(RunVerdict.CONTINUE);
                assertThat(resumed.lengths().stdout()).isEqualTo(6);
                // Some of it again, then a gap, then what is missing.
                daemon.output(task, run, StreamName.STDOUT, 4, "two\n");
                daemon.expectAck(run, StreamName.STDOUT, 8);
                daemon.output(task, run, StreamName.STDOUT, 100, "far");
                assertThat(daemon.expect(OutputRewind.class).length()).isEqualTo(8);
                daemon.output(task, run, StreamName.STDOUT, 8, "three\n");
                daemon.complete(task, run, 14);
                server.taskWith(id, "done");
            }
            assertThat(server.entries(id, 3))
                    .extracting(entry -> entry.getString("content"))
                    .containsExactly("one", "two", "three");
        }
    }

    @Test
    void theServerMayRestartInTheMiddle() {
        try (TestServer server = new TestServer(database, directory)) {
            String id;
            TaskId task;
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
                id = server.task("one");
                task = daemon.take();
                daemon.output(task, run, StreamName.STDOUT, 0, "one\ntw");
                daemon.expectAck(run, StreamName.STDOUT, 6);
                server.restart();
            }
            assertThat(server.server.firstKey()).isEmpty();
            assertThat(server.get("/mesh/tasks/" + id).getString("status")).isEqualTo("running");
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2, List.of(standing(task)))) {
                assertThat(daemon.expect(Resume.class)
                                .runs()
                                .getFirst()
                                .lengths()
                                .stdout())
                        .isEqualTo(6);
                daemon.output(task, run, StreamName.STDOUT, 6, "o\n");
                daemon.complete(task, run, 8);
                server.taskWith(id, "done");
            }
            assertThat(server.entries(id, 2))
                    .extracting(entry -> entry.getString("content"))
                    .containsExactly("one", "two");
        }
    }

    @Test
    void aDaemonThatStaysAwayLosesItsTasksAndMayStillBringThemBack() {
        try (TestServer server = new TestServer(database, directory, TestServer.QUICK, Duration.ofMillis(200))) {
            String id;
            TaskId task;
            try (ScriptedDaemon daemon = ScriptedDaemon.leaseless(server, "m1", 2, List.of())) {
                daemon.expect(Resume.class);
                id = server.task("one");
                SpawnTask spawn = daemon.expect(SpawnTask.class);
                assertThat(spawn.fence()).isNull();
                task = spawn.taskId();
                daemon.output(task, run, StreamName.STDOUT, 0, "one\n");
                daemon.expectAck(run, StreamName.STDOUT, 4);
            }
            server.taskWith(id, "pending");
            try (ScriptedDaemon daemon = ScriptedDaemon.leaseless(server, "m1", 2, List.of(standing(task)))) {
                assertThat(daemon.expect(Resume.class).runs().getFirst().verdict())
                        .isEqualTo(RunVerdict.CONTINUE);
                server.taskWith(id, "running");
                daemon.output(task, run, StreamName.STDOUT, 4, "two\n");
                daemon.complete(task, run, 8);
                assertThat(server.taskWith(id, "done").containsKey("errorMessage"))
                        .isFalse();
            }
        }
    }

    @Test
    void whatADaemonComesBackWithoutIsQueuedAgain() {
        try (TestServer server = new TestServer(database, directory)) {
            String begun;
            String unbegun;
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
                begun = server.task("begun");
                TaskId task = daemon.take();
                daemon.output(task, run, StreamName.STDOUT, 0, "one\n");
                daemon.expectAck(run, StreamName.STDOUT, 4);
                unbegun = server.task("not begun");
                daemon.expect(SpawnTask.class);
            }
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
                SpawnTask one = daemon.expect(SpawnTask.class);
                SpawnTask other = daemon.expect(SpawnTask.class);
                SpawnTask resumed = one.resumeSession() ? one : other;
                SpawnTask fresh = one.resumeSession() ? other : one;
                assertThat(resumed.taskId().toString()).isEqualTo(begun);
                assertThat(fresh.taskId().toString()).isEqualTo(unbegun);
                assertThat(fresh.resumeSession()).isFalse();
            }
        }
    }

    @Test
    void aTaskStoppedWhileItsDaemonIsAwayIsCancelledWhenItComesBack() {
        try (TestServer server = new TestServer(database, directory)) {
            String id;
            TaskId task;
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
                id = server.task("one");
                task = daemon.take();
                daemon.output(task, run, StreamName.STDOUT, 0, "one\n");
                daemon.expectAck(run, StreamName.STDOUT, 4);
            }
            TestServer.until(
                    "it is away", () -> server.get("/mesh/daemons").encode().contains("disconnected"));
            server.post("/mesh/tasks/" + id + "/stop", new JsonObject(), 200);
            server.taskWith(id, "interrupted");
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2, List.of(standing(task)))) {
                assertThat(daemon.expect(Resume.class).runs().getFirst().verdict())
                        .isEqualTo(RunVerdict.CANCEL);
            }
        }
    }

    @Test
    void anEventOfferedAgainIsAppliedOnce() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
            String id = server.task("one");
            TaskId task = daemon.take();
            TaskComplete complete = TaskComplete.failure(task, "broken")
                    .withRun(run, StreamLengths.NONE)
                    .withEventId("1-7");
            daemon.send(complete);
            assertThat(daemon.expect(EventAck.class).eventIds()).containsExactly("1-7");
            server.taskWith(id, "failed");
            server.post("/mesh/tasks/" + id + "/start", new JsonObject(), 200);
            daemon.take();
            daemon.send(complete);
            assertThat(daemon.expect(EventAck.class).eventIds()).containsExactly("1-7");
            assertThat(server.get("/mesh/tasks/" + id).getString("status")).isIn("starting", "running");
        }
    }

    @Test
    void aLostAgentWithItsWorktreeIsResumedThere() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2)) {
            String id = server.task("one");
            TaskId task = daemon.take();
            daemon.send(new TaskRecoveryDetected(task, TaskState.RUNNING, true, "/trees/x", false, null, null));
            SpawnTask again = daemon.expect(SpawnTask.class);
            assertThat(again.taskId()).isEqualTo(task);
            assertThat(again.resumeSession()).isTrue();
            for (int retry = 2; retry <= 3; retry++) {
                daemon.send(new TaskRecoveryDetected(task, TaskState.RUNNING, false, null, true, null, null));
                daemon.expect(SpawnTask.class);
            }
            daemon.send(new TaskRecoveryDetected(task, TaskState.RUNNING, false, null, true, null, null));
            assertThat(server.taskWith(id, "failed").getString("errorMessage")).contains("worktree");
        }
    }

    @Test
    void aDaemonThatLostATaskGetsItAgainOnlyWhereNobodyElseCould() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon busy = ScriptedDaemon.streaming(server, "m1", 2)) {
            server.task("another");
            busy.take();
            // The less busy one is chosen, but for what it has lost.
            try (ScriptedDaemon idle = ScriptedDaemon.streaming(server, "m2", 2)) {
                String id = server.task("one");
                TaskId task = idle.take();
                TaskRecoveryDetected lost =
                        new TaskRecoveryDetected(task, TaskState.RUNNING, false, null, true, null, null);
                idle.send(lost);
                assertThat(busy.expect(SpawnTask.class).taskId()).isEqualTo(task);
                assertThat(server.get("/mesh/tasks/" + id).getString("daemonId"))
                        .isEqualTo(busy.id().toString());
                // Now both have lost it.
                busy.send(lost);
                assertThat(idle.expect(SpawnTask.class).taskId()).isEqualTo(task);
                idle.send(lost);
                idle.expect(SpawnTask.class);
                idle.send(lost);
                assertThat(server.taskWith(id, "failed").getString("errorMessage"))
                        .contains("no retry is left");
                // A user who starts it anew holds nothing against anybody, and gives it all its retries.
                server.post("/mesh/tasks/" + id + "/start", new JsonObject(), 200);
                assertThat(idle.expect(SpawnTask.class).taskId()).isEqualTo(task);
                idle.send(lost);
                assertThat(busy.expect(SpawnTask.class).taskId()).isEqualTo(task);
            }
        }
    }

    @Test
    void whatABaseDaemonSaysNothingOfIsTakenForLost() {
        ServerConfig usual = TestServer.config(database, directory, 0, Duration.ofSeconds(30));
        ServerConfig impatient = TestServer.withTasks(
                usual,
                new ServerConfig.Tasks(Duration.ofSeconds(30), Duration.ofSeconds(120), 3, Duration.ofSeconds(1)));
        try (TestServer server = new TestServer(impatient, TestServer.QUICK)) {
            String silent;
            String spoken;
            TaskId task;
            try (ScriptedDaemon daemon = ScriptedDaemon.base(server, "m1", 2)) {
                silent = server.task("silent");
                daemon.take();
                spoken = server.task("spoken");
                task = daemon.take();
                server.taskWith(spoken, "running");
            }
            try (ScriptedDaemon daemon = ScriptedDaemon.silent(server)) {
                daemon.send(Authenticate.base(daemon.key, "m1", "m1.example", 2));
                // At once: its time has begun when the first frame is answered.
                daemon.send(new TaskOutput(task, "here I am", false));
                daemon.expect(Authenticated.class);
                assertThat(daemon.expect(SpawnTask.class).taskId().toString()).isEqualTo(silent);
                assertThat(server.get("/mesh/tasks/" + spoken).getString("status"))
                        .isEqualTo("running");
            }
        }
    }

    @Test
    void outputOfATaskThatTheDaemonDoesNotHaveIsDropped() {
        try (TestServer server = new TestServer(database, directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 2);
                ScriptedDaemon other = ScriptedDaemon.streaming(server, "m2", 0)) {
            String id = server.task("one");
            TaskId task = daemon.take();
            other.output(task, run, StreamName.STDOUT, 0, "forged\n");
            other.send(TaskComplete.success(task));
            daemon.output(task, run, StreamName.STDOUT, 0, "mine\n");
            daemon.expectAck(run, StreamName.STDOUT, 5);
            assertThat(server.entries(id, 1))
                    .extracting(entry -> entry.getString("content"))
                    .containsExactly("mine");
            server.taskWith(id, "running");
            server.post("/mesh/tasks/" + id + "/stop", new JsonObject(), 200);
            daemon.expect(InterruptTask.class);
        }
    }

    private RunStanding standing(TaskId task) {
        return new RunStanding(task, run, 0, TaskState.RUNNING, new StreamLengths(100, 0, 0));
    }
}
