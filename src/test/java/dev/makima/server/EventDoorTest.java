package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.protocol.EventAck;
import dev.makima.protocol.EventReject;
import dev.makima.protocol.GetTaskDiff;
import dev.makima.protocol.Heartbeat;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskDiff;
import dev.makima.protocol.TaskOutput;
import dev.makima.protocol.TaskRecoveryDetected;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import dev.makima.server.core.Timings;
import dev.makima.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is taken from daemons, refused for good, and forgotten; and daemons that fall silent. */
class EventDoorTest {
    @TempDir
    private Path directory;

    private static TaskStatusChange running(TaskId task, String eventId) {
        return TaskStatusChange.of(task, TaskState.STARTING, TaskState.RUNNING).withEventId(eventId);
    }

    private int events() {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("server.db"));
                ResultSet found = database.createStatement().executeQuery("select count(*) from daemon_event")) {
            return found.getInt(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void execute(String update) {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("server.db"));
                Statement statement = database.createStatement()) {
            statement.execute("pragma busy_timeout = 20000");
            statement.executeUpdate(update);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anEventThatCannotBeReadIsRefusedForGood() {
        try (TestServer server = new TestServer(directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            server.task("one");
            TaskId task = daemon.expect(SpawnTask.class).taskId();
            daemon.sendText("{\"type\":\"taskStatusChange\",\"taskId\":\"" + task
                    + "\",\"oldStatus\":\"running\",\"newStatus\":\"flying\",\"eventId\":\"e-5\"}");
            EventReject refusal = daemon.expect(EventReject.class);
            assertThat(refusal.eventId()).isEqualTo("e-5");
            assertThat(refusal.code()).isEqualTo("VALIDATION");
        }
    }

    @Test
    void appliedEventsAreForgottenWhenTheirDaemonOffersThemNoMore() {
        try (TestServer server = new TestServer(directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            server.task("one");
            TaskId task = daemon.expect(SpawnTask.class).taskId();
            for (String id : List.of("a-8", "a-9", "a-10", "b-1")) {
                daemon.send(running(task, id));
                daemon.expect(EventAck.class);
            }
            assertThat(events()).isEqualTo(4);
            daemon.send(new Heartbeat(List.of(task), 1L, List.of()).withEventsFrom("a-10"));
            TestServer.until("two are forgotten", () -> events() == 2);
            daemon.send(running(task, "a-10"));
            daemon.expect(dev.makima.protocol.EventAck.class, dev.makima.protocol.HeartbeatAck.class);
            assertThat(events()).isEqualTo(2);
        }
    }

    @Test
    void appliedEventsOfEarlierStartsOfTheirDaemonAreNotKeptForEver() {
        try (TestServer server = new TestServer(directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            server.task("one");
            TaskId task = daemon.expect(SpawnTask.class).taskId();
            for (String id : List.of("a-8", "b-1", "c-3")) {
                daemon.send(running(task, id));
                daemon.expect(EventAck.class);
            }
            execute("update daemon_event set applied_at = 0 where event_id in ('a-8', 'c-3')");
            daemon.send(new Heartbeat(List.of(task), 1L, List.of()).withEventsFrom("c-3"));
            TestServer.until("the old one of another start is forgotten", () -> events() == 2);
        }
    }

    @Test
    void anAnswerByAnOlderHandOverCountsNotAndWhoAskedIsToldAtOnce() throws Exception {
        try (TestServer server = new TestServer(directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            String id = server.task("one");
            TaskId task = daemon.expect(SpawnTask.class).taskId();
            daemon.send(new TaskRecoveryDetected(task, TaskState.RUNNING, true, "/x", false, null, null).withFence(1));
            assertThat(daemon.expect(SpawnTask.class).fence()).isEqualTo(2);
            CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(
                    () -> server.send(server.request("/mesh/tasks/" + id + "/diff")), Thread::startVirtualThread);
            GetTaskDiff asked = daemon.expect(GetTaskDiff.class);
            daemon.send(new TaskDiff(task, true, "old", null, asked.requestId(), 1L));
            assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(409);
        }
    }

    @Test
    void aLineThatBelongsToNoRunBecomesAnEntry() {
        try (TestServer server = new TestServer(directory);
                ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1)) {
            String id = server.task("one");
            TaskId task = daemon.expect(SpawnTask.class).taskId();
            daemon.send(new TaskOutput(task, "The task cannot be paused.", false, 1L));
            assertThat(server.entries(id, 1).getFirst().getString("content")).isEqualTo("The task cannot be paused.");
        }
    }

    /** A daemon that counts as away after three seconds of silence speaks until this is closed, whatever the test waits for. */
    private record Speaking(TestServer server, long timer) implements AutoCloseable {
        static Speaking begin(TestServer server, ScriptedDaemon daemon) {
            Heartbeat heartbeat = Heartbeat.of(List.of());
            daemon.send(heartbeat);
            return new Speaking(server, server.vertx.setPeriodic(100, _ -> daemon.send(heartbeat)));
        }

        @Override
        public void close() {
            server.vertx.cancelTimer(timer);
        }
    }

    private static final Timings SECONDS = new Timings(
            Duration.ofSeconds(6),
            Duration.ofMillis(100),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofMillis(50),
            Duration.ofMillis(500),
            Duration.ofSeconds(30),
            Duration.ofMillis(500));

    private static void untilItIsAway(TestServer server) {
        TestServer.until(
                "it is away", () -> server.get("/mesh/daemons").encode().contains("disconnected"));
    }

    @Test
    void aDaemonThatStopsToSpeakIsAwayUntilItSpeaksAgain() {
        try (TestServer server = new TestServer(TestDatabase.SQLITE, directory, SECONDS, Duration.ofMillis(500));
                ScriptedDaemon silent = ScriptedDaemon.base(server, "m1", 1)) {
            TaskId task;
            try (Speaking _ = Speaking.begin(server, silent)) {
                server.task("one");
                task = silent.run(server).taskId();
            }
            untilItIsAway(server);
            try (ScriptedDaemon other = ScriptedDaemon.base(server, "m2", 1);
                    Speaking _ = Speaking.begin(server, other)) {
                assertThat(other.expect(SpawnTask.class).taskId()).isEqualTo(task);
                assertThat(silent.closed).isNotDone();
                try (Speaking _ = Speaking.begin(server, silent)) {
                    String next = server.task("two");
                    assertThat(silent.expect(SpawnTask.class).taskId()).isEqualTo(TaskId.of(next));
                    assertThat(silent.closed).isNotDone();
                }
            }
        }
    }

    @Test
    void aDaemonThatSpeaksAgainIsNotedAsThereAsSoonAsThatCanBeDone() throws SQLException {
        try (TestServer server = new TestServer(TestDatabase.SQLITE, directory, SECONDS, Duration.ofMinutes(5));
                ScriptedDaemon daemon = ScriptedDaemon.base(server, "m1", 1)) {
            untilItIsAway(server);
            try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("server.db"))) {
                database.createStatement().execute("pragma busy_timeout = 10000");
                database.createStatement()
                        .execute("create trigger refuses before update of connected on daemon when new.connected = 1"
                                + " begin select raise(fail, 'not now'); end");
                try (Speaking _ = Speaking.begin(server, daemon)) {
                    // A task is handed to it, which is after the first try to note it.
                    server.task("one");
                    daemon.expect(SpawnTask.class);
                }
                database.createStatement().execute("drop trigger refuses");
            }
            TestServer.until("it is there", () -> {
                daemon.send(Heartbeat.of(List.of()));
                return !server.get("/mesh/daemons").encode().contains("disconnected");
            });
        }
    }

    @Test
    void framesOfAConnectionWhosePlaceAnotherHasTakenChangeNothing() {
        try (TestServer server = new TestServer(directory);
                ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1)) {
            String id = server.task("one");
            TaskId task = first.expect(SpawnTask.class).taskId();
            RunId run = new RunId(UUID.randomUUID());
            first.output(task, run, 1, 0, "x\n");
            try (ScriptedDaemon _ = ScriptedDaemon.streamingWithoutRuns(server, "m1", 1)) {
                first.send(TaskStatusChange.of(task, TaskState.RUNNING, TaskState.INTERRUPTED)
                        .withFence(1));
                first.awaitClose();
                assertThat(server.get("/mesh/tasks/" + id).getString("status")).isNotEqualTo("interrupted");
            }
        }
    }
}
