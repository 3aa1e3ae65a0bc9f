package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.config.ServerConfig;
import dev.makima.protocol.EventReject;
import dev.makima.protocol.Heartbeat;
import dev.makima.protocol.HeartbeatAck;
import dev.makima.protocol.LeaseVerdict;
import dev.makima.protocol.Resume;
import dev.makima.protocol.RunLease;
import dev.makima.protocol.RunStanding;
import dev.makima.protocol.RunVerdict;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import dev.makima.server.core.Timings;
import dev.makima.testkit.Await;
import dev.makima.testkit.Checkpoints;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Leases and fences, as daemons that know them meet them. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class LeaseTest {
    private final TestDatabase database;

    LeaseTest(TestDatabase database) {
        this.database = database;
    }

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Longer than a busy machine stands still. They end since the clock is put forward. */
    private static final Duration LEASE = Duration.ofSeconds(20);

    /** What the clock is put forward by at once: more at a time would be taken for a clock that was set. */
    private static final Duration STEP = Duration.ofSeconds(5);

    private static final Duration MARGIN = Duration.ofMillis(500);

    private static final Timings QUICK = new Timings(
            Duration.ofSeconds(20),
            Duration.ofMillis(200),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30),
            Duration.ofMillis(50),
            Duration.ofMillis(500),
            Duration.ofSeconds(30),
            Duration.ofMillis(500),
            MARGIN,
            Duration.ofSeconds(30));

    private final HandClock clock = new HandClock();
    private final RunId run = new RunId(UUID.randomUUID());

    @TempDir
    private Path directory;

    private TestServer server(int retries) {
        ServerConfig usual = TestServer.config(database, directory, 0, Duration.ofSeconds(30));
        return new TestServer(
                TestServer.withTasks(
                        usual, new ServerConfig.Tasks(Duration.ofMillis(100), LEASE, retries, Duration.ofMinutes(15))),
                QUICK,
                clock);
    }

    /** Puts the clock forward, step by step, until it is so. */
    private void later(String what, BooleanSupplier condition) {
        Await.until(PATIENCE, Duration.ofMillis(150), what, () -> {
            clock.forward(STEP);
            return condition.getAsBoolean();
        });
    }

    private JsonObject laterWith(TestServer server, String id, String status) {
        later(
                "task " + id + " to be " + status,
                () -> server.get("/mesh/tasks/" + id).getString("status").equals(status));
        return server.get("/mesh/tasks/" + id);
    }

    private static SpawnTask running(ScriptedDaemon daemon) {
        SpawnTask spawn = daemon.expect(SpawnTask.class);
        daemon.send(TaskStatusChange.of(spawn.taskId(), TaskState.STARTING, TaskState.RUNNING)
                .withFence(spawn.fence() == null ? 0 : spawn.fence()));
        return spawn;
    }

    private HeartbeatAck beat(ScriptedDaemon daemon, long seq, TaskId task, RunId which, long fence) {
        daemon.send(new Heartbeat(List.of(task), seq, List.of(new RunLease(task, which, fence))));
        return daemon.expect(HeartbeatAck.class);
    }

    @Test
    void aTaskWhoseLeaseIsOverGoesToAnotherDaemonAndTheLateOneIsFenced() {
        try (TestServer server = server(3);
                ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1)) {
            String id = server.task("one");
            SpawnTask spawn = running(first);
            TaskId task = spawn.taskId();
            assertThat(spawn.fence()).isEqualTo(1);
            assertThat(spawn.leaseSecs()).isEqualTo(20);
            first.output(
                    task,
                    run,
                    1,
                    0,
                    "{\"type\":\"assistant\",\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"so far\"}]}}\n");
            first.send(Checkpoints.withPatch(task, "wip").withFence(1));
            server.entries(id, 2);
            try (ScriptedDaemon second = ScriptedDaemon.streaming(server, "m2", 1)) {
                later("it goes to the second", () -> !second.received.isEmpty());
                SpawnTask again = running(second);
                server.taskWith(id, "running");
                assertThat(again.taskId()).isEqualTo(task);
                assertThat(again.fence()).isEqualTo(2);
                assertThat(again.resumeSession()).isTrue();
                assertThat(again.patchData()).isEqualTo(Checkpoints.PATCH);
                assertThat(again.patchBaseSha()).isEqualTo(Checkpoints.BASE);
                assertThat(String.valueOf(again.conversationHistory())).contains("so far");
                // The first one is still connected, and late.
                first.received.clear();
                HeartbeatAck ack = beat(first, 7, task, run, 1);
                assertThat(ack.seq()).isEqualTo(7);
                assertThat(ack.verdicts()).containsExactly(new LeaseVerdict(task, run, RunVerdict.FENCED));
                first.output(task, run, 1, 200, "late\n");
                first.send(TaskComplete.success(task)
                        .withRun(run, StreamLengths.NONE)
                        .withEventId("1-1")
                        .withFence(1));
                EventReject refusal = first.expect(EventReject.class);
                assertThat(refusal.eventId()).isEqualTo("1-1");
                assertThat(refusal.code()).isEqualTo("FENCED");
                assertThat(server.get("/mesh/tasks/" + id).getString("status")).isEqualTo("running");
                first.goAway();
                try (ScriptedDaemon back = ScriptedDaemon.streaming(server, "m1", 1, List.of(standing(task, 1)))) {
                    assertThat(back.expect(Resume.class).runs().getFirst().verdict())
                            .isEqualTo(RunVerdict.FENCED);
                }
                RunId other = new RunId(UUID.randomUUID());
                second.send(TaskComplete.success(task)
                        .withRun(other, StreamLengths.NONE)
                        .withFence(2));
                server.taskWith(id, "done");
            }
        }
    }

    @Test
    void heartbeatsRenewALeaseForAsLongAsTheyCome() {
        try (TestServer server = server(3);
                ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1);
                ScriptedDaemon idle = ScriptedDaemon.streaming(server, "m2", 0)) {
            String id = server.task("one");
            TaskId task = running(first).taskId();
            server.taskWith(id, "running");
            try (ScriptedDaemon silent = ScriptedDaemon.streaming(server, "m3", 1)) {
                String another = server.task("another");
                running(silent);
                server.taskWith(another, "running");
                AtomicLong seq = new AtomicLong();
                later("the lease that nobody renews to be over", () -> {
                    assertThat(beat(first, seq.incrementAndGet(), task, run, 1).verdicts())
                            .isEmpty();
                    return server.get("/mesh/tasks/" + another)
                            .getString("status")
                            .equals("pending");
                });
                assertThat(seq).hasValueGreaterThan(1);
            }
            assertThat(server.get("/mesh/tasks/" + id).getString("status")).isEqualTo("running");
            assertThat(idle.received).isEmpty();
        }
    }

    @Test
    void aLateReturnBeforeTheHandOverGoesOnAtNoCost() {
        try (TestServer server = server(1)) {
            String id;
            TaskId task;
            try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1)) {
                id = server.task("one");
                task = running(first).taskId();
                first.output(task, run, 1, 0, "one\n");
                first.expectAck(run, StreamName.STDOUT, 4);
            }
            for (int i = 0; i < 2; i++) {
                laterWith(server, id, "pending");
                try (ScriptedDaemon back = ScriptedDaemon.streaming(server, "m1", 1, List.of(standing(task, 1)))) {
                    assertThat(back.expect(Resume.class).runs().getFirst().verdict())
                            .isEqualTo(RunVerdict.CONTINUE);
                    server.taskWith(id, "running");
                    assertThat(beat(back, 1, task, run, 1).verdicts()).isEmpty();
                }
            }
            laterWith(server, id, "pending");
        }
    }

    @Test
    void aTaskWithoutRetriesLeftHasFailedAndMayStillBeBroughtBack() {
        try (TestServer server = server(0)) {
            String id;
            TaskId task;
            try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1)) {
                id = server.task("one");
                task = running(first).taskId();
                first.output(task, run, 1, 0, "one\n");
                first.expectAck(run, StreamName.STDOUT, 4);
            }
            assertThat(laterWith(server, id, "failed").getString("errorMessage"))
                    .contains("lease");
            try (ScriptedDaemon back = ScriptedDaemon.streaming(server, "m1", 1, List.of(standing(task, 1)))) {
                assertThat(back.expect(Resume.class).runs().getFirst().verdict())
                        .isEqualTo(RunVerdict.CONTINUE);
                server.taskWith(id, "running");
            }
        }
    }

    @Test
    void aRestartOfTheServerCostsNobodyHisLease() {
        try (TestServer server = server(3);
                ScriptedDaemon other = ScriptedDaemon.streaming(server, "m2", 0)) {
            String id;
            TaskId task;
            try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1)) {
                id = server.task("one");
                task = running(first).taskId();
                server.taskWith(id, "running");
            }
            // Together they are longer than the lease.
            clock.forward(Duration.ofSeconds(12));
            server.restart();
            clock.forward(Duration.ofSeconds(12));
            try (ScriptedDaemon back = ScriptedDaemon.streaming(server, "m1", 1, List.of(standing(task, 1)))) {
                assertThat(back.expect(Resume.class).runs().getFirst().verdict())
                        .isEqualTo(RunVerdict.CONTINUE);
                assertThat(beat(back, 1, task, run, 1).verdicts()).isEmpty();
                assertThat(server.get("/mesh/tasks/" + id).getString("status")).isEqualTo("running");
                assertThat(other.received).isEmpty();
            }
        }
    }

    @Test
    void aTaskStoppedAndStartedAgainWaitsForTheLeaseOfADaemonThatIsAway() {
        try (TestServer server = server(3)) {
            String id;
            TaskId task;
            Instant from = clock.instant();
            try (ScriptedDaemon first = ScriptedDaemon.streaming(server, "m1", 1)) {
                id = server.task("one");
                task = running(first).taskId();
                server.taskWith(id, "running");
            }
            TestServer.until(
                    "it is away", () -> server.get("/mesh/daemons").encode().contains("disconnected"));
            server.post("/mesh/tasks/" + id + "/stop", new JsonObject(), 200);
            server.post("/mesh/tasks/" + id + "/start", new JsonObject(), 200);
            try (ScriptedDaemon back = ScriptedDaemon.streaming(server, "m1", 0, List.of(standing(task, 1)))) {
                assertThat(back.expect(Resume.class).runs().getFirst().verdict())
                        .isEqualTo(RunVerdict.CANCEL);
                try (ScriptedDaemon second = ScriptedDaemon.streaming(server, "m2", 1)) {
                    assertThat(second.received).isEmpty();
                    later("the lease to be over", () -> !second.received.isEmpty());
                    assertThat(second.expect(SpawnTask.class).fence()).isEqualTo(2);
                    assertThat(clock.instant()).isAfter(from.plus(LEASE).plus(MARGIN));
                }
            }
        }
    }

    private RunStanding standing(TaskId task, long fence) {
        return new RunStanding(task, run, fence, TaskState.RUNNING, StreamLengths.NONE);
    }
}
