package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.config.ServerConfig;
import dev.makima.daemon.DaemonHarness;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.EventReject;
import dev.makima.protocol.Heartbeat;
import dev.makima.protocol.HeartbeatAck;
import dev.makima.protocol.Resume;
import dev.makima.protocol.ResumedRun;
import dev.makima.protocol.RunLease;
import dev.makima.protocol.RunStanding;
import dev.makima.protocol.RunVerdict;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskRecoveryDetected;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import dev.makima.testkit.Await;
import dev.makima.testkit.FreePort;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose database is put back to an older state, and daemons that know better. */
class RestoredDatabaseTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final RunId run = new RunId(UUID.randomUUID());

    @TempDir
    private Path temp;

    /** Keeps a copy of the database as it is now. */
    private void copy(TestServer server) {
        server.restart(() -> replace(database(), temp.resolve("copy")));
    }

    private void restore(TestServer server) {
        server.restart(() -> replace(temp.resolve("copy"), database()));
    }

    private Path database() {
        return temp.resolve("server.db");
    }

    private static void replace(Path from, Path to) {
        try {
            for (String part : List.of("-wal", "-shm")) {
                Files.deleteIfExists(to.resolveSibling(to.getFileName() + part));
                assertThat(from.resolveSibling(from.getFileName() + part)).doesNotExist();
            }
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private RunStanding standing(String task, long fence) {
        return new RunStanding(TaskId.of(task), run, fence, TaskState.RUNNING, new StreamLengths(8, 0, 0));
    }

    private static ResumedRun verdict(ScriptedDaemon daemon) {
        return daemon.expect(Resume.class).runs().getFirst();
    }

    private static String waiting(TestServer server) {
        return server.post("/mesh/tasks", new JsonObject().put("name", "one").put("plan", "go"), 201)
                .getString("id");
    }

    private static void start(TestServer server, String id) {
        server.post("/mesh/tasks/" + id + "/start", new JsonObject(), 200);
    }

    @Test
    void aRunByAHandOverThatWasLostGoesOnAndItsNumberIsNotUsedAgain() {
        try (TestServer server = new TestServer(temp)) {
            String id = waiting(server);
            copy(server);
            start(server, id);
            TaskId task = TaskId.of(id);
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
                assertThat(daemon.expect(SpawnTask.class).fence()).isEqualTo(1);
                daemon.send(TaskStatusChange.of(task, TaskState.STARTING, TaskState.RUNNING)
                        .withFence(1));
                daemon.output(task, run, 1, 0, "one\n");
                daemon.expectAck(run, StreamName.STDOUT, 4);
            }
            restore(server);
            assertThat(server.get("/mesh/tasks/" + id).getString("status")).isEqualTo("pending");
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1, List.of(standing(id, 1)))) {
                ResumedRun answer = verdict(daemon);
                assertThat(answer.verdict()).isEqualTo(RunVerdict.CONTINUE);
                assertThat(answer.lengths()).isEqualTo(StreamLengths.NONE);
                server.taskWith(id, "running");
                daemon.output(task, run, 1, 0, "one\ntwo\n");
                daemon.expectAck(run, StreamName.STDOUT, 8);
                daemon.send(TaskComplete.success(task)
                        .withRun(run, new StreamLengths(8, 0, 0))
                        .withEventId("e-9")
                        .withFence(1));
                daemon.expect(EventAck.class);
                server.taskWith(id, "done");
                assertThat(server.entries(id, 2))
                        .extracting(entry -> entry.getString("content"))
                        .containsExactly("one", "two");
                start(server, id);
                assertThat(daemon.expect(SpawnTask.class).fence()).isEqualTo(2);
            }
        }
    }

    @Test
    void aTaskThatAnotherWasGivenSinceIsThatOnesAndTheNextNumberIsAboveAll() {
        try (TestServer server = new TestServer(temp)) {
            String id = waiting(server);
            copy(server);
            start(server, id);
            try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1)) {
                first.expect(SpawnTask.class);
            }
            restore(server);
            start(server, id);
            try (ScriptedDaemon second = ScriptedDaemon.streaming(server, "m2", 1)) {
                // Nobody has named the number that it was given before.
                SpawnTask spawn = second.expect(SpawnTask.class);
                assertThat(spawn.fence()).isEqualTo(1);
                for (long fence : new long[] {1, 3}) {
                    try (ScriptedDaemon late =
                            ScriptedDaemon.streaming(server, "m1", 0, List.of(standing(id, fence)))) {
                        assertThat(verdict(late).verdict()).isEqualTo(RunVerdict.FENCED);
                    }
                }
                second.send(
                        new TaskRecoveryDetected(spawn.taskId(), TaskState.RUNNING, true, "/trees/x", false, null, null)
                                .withFence(1));
                assertThat(second.expect(SpawnTask.class).fence()).isEqualTo(4);
            }
        }
    }

    @Test
    void aRunIsUnknownUntilTheOneThatTheCopyNamesWasHeardOf() {
        try (TestServer server = new TestServer(temp)) {
            String id;
            try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1)) {
                id = server.task("one");
                first.expect(SpawnTask.class);
            }
            copy(server);
            try (ScriptedDaemon second = ScriptedDaemon.streaming(server, "m2", 0, List.of(standing(id, 2)))) {
                assertThat(verdict(second).verdict()).isEqualTo(RunVerdict.UNKNOWN);
                Heartbeat beat =
                        new Heartbeat(List.of(TaskId.of(id)), 1L, List.of(new RunLease(TaskId.of(id), run, 2)));
                second.send(beat);
                assertThat(second.expect(HeartbeatAck.class)
                                .verdicts()
                                .getFirst()
                                .verdict())
                        .isEqualTo(RunVerdict.UNKNOWN);
                // It has no such task any more.
                try (ScriptedDaemon _ = ScriptedDaemon.streaming(server, "m1", 0)) {
                    second.send(beat);
                    assertThat(second.expect(HeartbeatAck.class).verdicts()).isEmpty();
                    JsonObject task = server.taskWith(id, "running");
                    assertThat(task.getString("daemonId")).isEqualTo(second.id().toString());
                }
            }
        }
    }

    @Test
    void whatTheDatabaseDoesNotHaveIsUnknownAndWhatAUserDeletedIsNot() {
        try (TestServer server = new TestServer(temp)) {
            String deleted = waiting(server);
            assertThat(server.send(server.request("/mesh/tasks/" + deleted).DELETE())
                            .statusCode())
                    .isEqualTo(204);
            String known = waiting(server);
            String lost = UUID.randomUUID().toString();
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(
                    server,
                    "m1",
                    1,
                    List.of(standing(lost, 2), standing(deleted, 1), standing(known, Long.MAX_VALUE)))) {
                assertThat(daemon.expect(Resume.class).runs())
                        .extracting(ResumedRun::verdict)
                        .containsExactly(RunVerdict.UNKNOWN, RunVerdict.FENCED, RunVerdict.UNKNOWN);
                daemon.send(TaskStatusChange.of(TaskId.of(lost), TaskState.STARTING, TaskState.RUNNING)
                        .withFence(2)
                        .withEventId("e-1"));
                assertThat(daemon.expect(EventReject.class).code()).isEqualTo("NOT_FOUND");
                daemon.send(TaskStatusChange.of(TaskId.of(deleted), TaskState.STARTING, TaskState.RUNNING)
                        .withFence(1)
                        .withEventId("e-2"));
                assertThat(daemon.expect(EventAck.class).eventIds()).containsExactly("e-2");
                start(server, known);
                assertThat(daemon.expect(SpawnTask.class).fence()).isEqualTo(1);
            }
        }
    }

    @Test
    void aRealDaemonEndsItsTaskAsIfNothingHadBeen() throws IOException {
        int port = FreePort.next();
        ServerConfig config = TestServer.config(temp, port, Duration.ofSeconds(30));
        TestRepository origin = TestRepository.create(temp.resolve("source")).bareClone(temp.resolve("origin.git"));
        Path agent = new HostileAgent(Files.createDirectory(temp.resolve("agents")))
                .script("slow", """
                first_line
                init
                echo slow > slow.txt
                says 'before'
                touch '%s'
                while [ ! -e '%s' ]; do sleep 0.02; done
                says 'after'
                result done
                until_end_of_input
                """.formatted(temp.resolve("begun"), temp.resolve("go")));
        try (TestServer server = new TestServer(config, TestServer.QUICK)) {
            String id = server.post(
                            "/mesh/tasks",
                            new JsonObject()
                                    .put("name", "a task")
                                    .put("plan", "go")
                                    .put("repositoryUrl", "file://" + origin.directory())
                                    .put("completionAction", "branch"),
                            201)
                    .getString("id");
            copy(server);
            Path home = temp.resolve("daemon");
            JsonObject key = new JsonObject().put("server", new JsonObject().put("apiKey", server.key));
            try (DaemonHarness _ = DaemonHarness.start(
                    home,
                    DaemonHarness.quickLink(
                            DaemonHarness.config(home, URI.create("ws://127.0.0.1:" + port), agent, key)),
                    DaemonHarness.environment(home))) {
                start(server, id);
                Await.until(PATIENCE, "the agent is at work", () -> Files.exists(temp.resolve("begun")));
                Await.until(
                        PATIENCE,
                        "its first words",
                        () -> server.get("/mesh/tasks/" + id + "/output")
                                .encode()
                                .contains("before"));
                restore(server);
                Files.createFile(temp.resolve("go"));
                JsonObject done = server.taskWith(id, "done");
                assertThat(origin.branches()).contains(done.getString("branch"));
                TestServer.until("all of its words", () -> {
                    String said = server.get("/mesh/tasks/" + id + "/output").encode();
                    return said.contains("before") && said.contains("after");
                });
            } finally {
                if (Files.notExists(temp.resolve("go"))) {
                    Files.createFile(temp.resolve("go"));
                }
            }
        }
    }
}
