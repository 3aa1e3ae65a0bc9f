package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.Heartbeat;
import dev.makima.protocol.HeartbeatAck;
import dev.makima.protocol.Resume;
import dev.makima.protocol.Runs;
import dev.makima.protocol.SpawnRefused;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import dev.makima.server.store.Store;
import dev.makima.sql.Database;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DispatchTest extends ServerBench {
    /** Longer than a task that was refused waits, and the daemon that has refused it where it is short of nothing. */
    private static final Duration REST = Duration.ofSeconds(4);

    @Test
    void priorityGoesFirstThenAgeAndNeverMoreThanThereIsRoomFor() {
        List<String> names = new ArrayList<>();
        for (String[] task : new String[][] {{"old", "0"}, {"young", "0"}, {"urgent", "5"}, {"later", "-1"}}) {
            server.post(
                    "/mesh/tasks",
                    new JsonObject()
                            .put("name", task[0])
                            .put("plan", "x")
                            .put("priority", Integer.parseInt(task[1]))
                            .put("start", true),
                    201);
            // Else two could be of one age, to the millisecond.
            clock.forward(Duration.ofMillis(1));
        }
        try (ScriptedDaemon daemon = ScriptedDaemon.base(server, "m1", 1)) {
            for (int i = 0; i < 4; i++) {
                SpawnTask spawn = daemon.expect(SpawnTask.class);
                names.add(spawn.taskName());
                assertThat(daemon.received).isEmpty();
                daemon.send(TaskComplete.success(spawn.taskId()));
            }
        }
        assertThat(names).containsExactly("urgent", "old", "young", "later");
    }

    @Test
    void theDaemonWithTheFewestTasksIsNext() {
        try (ScriptedDaemon one = ScriptedDaemon.base(server, "m1", 5);
                ScriptedDaemon two = ScriptedDaemon.base(server, "m2", 5)) {
            for (int i = 0; i < 4; i++) {
                server.task("task " + i);
            }
            TestServer.until("all are handed over", () -> one.received.size() + two.received.size() == 4);
            assertThat(one.received).hasSize(2);
        }
    }

    @Test
    void anAgentThatNobodyHasWaits() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            String wanted = server.post(
                            "/mesh/tasks",
                            new JsonObject()
                                    .put("plan", "x")
                                    .put("agent", "codex")
                                    .put("start", true),
                            201)
                    .getString("id");
            String other = server.task("claude's");
            assertThat(daemon.take().toString()).isEqualTo(other);
            assertThat(server.get("/mesh/tasks/" + wanted).getBoolean("queued")).isTrue();
        }
    }

    @Test
    void twoStartsAtOnceAreOneHandOver() {
        try (ScriptedDaemon daemon = ScriptedDaemon.base(server, "m1", 5)) {
            String id = server.post("/mesh/tasks", new JsonObject().put("plan", "x"), 201)
                    .getString("id");
            List<CompletableFuture<HttpResponse<String>>> starts = Stream.generate(() -> server.http.sendAsync(
                            server.request("/mesh/tasks/" + id + "/start")
                                    .POST(HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            HttpResponse.BodyHandlers.ofString()))
                    .limit(8)
                    .toList();
            List<Integer> answers =
                    starts.stream().map(start -> start.join().statusCode()).toList();
            assertThat(answers).containsOnlyOnce(200);
            assertThat(daemon.take().toString()).isEqualTo(id);
            server.taskWith(id, "running");
            assertThat(daemon.received).isEmpty();
        }
    }

    @Test
    void aTaskThatADaemonHasNoRoomForIsQueuedAgain() {
        try (ScriptedDaemon full = ScriptedDaemon.base(server, "m1", 5)) {
            String id = server.task("one");
            TaskId task = full.expect(SpawnTask.class).taskId();
            full.send(TaskComplete.refused(task, "CONCURRENCY_LIMIT", "10 of 10 tasks are running"));
            server.task(id, found -> found.getBoolean("queued"));
            clock.forward(REST);
            assertThat(full.take().toString()).isEqualTo(id);
            server.taskWith(id, "running");
        }
    }

    @Test
    void aRefusedSpawnIsQueuedAgain() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 5)) {
            String id = server.task("one");
            TaskId task = daemon.expect(SpawnTask.class).taskId();
            daemon.send(new SpawnRefused(task, 0, SpawnRefused.CAPACITY, "all places are taken", null));
            server.task(id, found -> found.getBoolean("queued"));
            clock.forward(REST);
            assertThat(daemon.take().toString()).isEqualTo(id);
        }
    }

    @Test
    void aDaemonThatIsLowOnDiskIsShownAsThatAndAnotherGetsTheTaskAtNoCost() {
        try (ScriptedDaemon low = ScriptedDaemon.streaming(server, "m1", 5)) {
            String id = server.task("one");
            SpawnTask spawn = low.expect(SpawnTask.class);
            low.send(new SpawnRefused(
                    spawn.taskId(),
                    Objects.requireNonNull(spawn.fence()),
                    SpawnRefused.DISK,
                    "too little free disk: 5 MiB",
                    null));
            JsonObject waiting = server.task(id, found -> found.getString("progressSummary") != null);
            assertThat(waiting.getBoolean("queued")).isTrue();
            assertThat(waiting.getString("progressSummary")).contains("no daemon takes it yet", "too little free disk");
            JsonObject shown =
                    server.get("/mesh/daemons").getJsonArray("daemons").getJsonObject(0);
            assertThat(shown.getString("refusing")).isEqualTo("disk");
            assertThat(shown.getString("refusalMessage")).contains("5 MiB");
            clock.forward(REST);
            try (ScriptedDaemon other = ScriptedDaemon.streaming(server, "m2", 5)) {
                assertThat(other.take().toString()).isEqualTo(id);
                server.taskWith(id, "running");
                assertThat(retries(id)).isZero();
                assertThat(low.received).noneMatch(frame -> frame.contains("spawnTask"));
            }
        }
    }

    private long retries(String taskId) {
        try (Database opened = Database.open(Store.settings(server.config.database()))) {
            return opened.read(session -> session.one(
                            "select retries from task where id = ?", row -> row.number("retries"), taskId)
                    .orElseThrow());
        }
    }

    @Test
    void aDrainingDaemonIsOfferedNothingUntilItConnectsAgain() {
        String first;
        try (ScriptedDaemon draining = ScriptedDaemon.streaming(server, "m1", 5)) {
            first = server.task("one");
            SpawnTask spawn = draining.expect(SpawnTask.class);
            draining.send(new SpawnRefused(
                    spawn.taskId(),
                    Objects.requireNonNull(spawn.fence()),
                    SpawnRefused.DRAINING,
                    "it takes no new tasks",
                    null));
            server.task(first, found -> found.getString("progressSummary") != null);
            String second = server.task("two");
            try (ScriptedDaemon other = ScriptedDaemon.streaming(server, "m2", 1)) {
                // With one place here and five there, one of the two would go to the other if it were asked.
                TaskId taken = other.take();
                assertThat(List.of(first, second)).contains(taken.toString());
                assertThat(server.get("/mesh/daemons").getJsonArray("daemons").stream()
                                .map(daemon -> ((JsonObject) daemon).getString("refusing", "")))
                        .containsExactlyInAnyOrder("draining", "");
                clock.forward(REST);
                server.task("three");
                other.send(TaskComplete.success(taken));
                other.take();
                draining.send(new Heartbeat(List.of(), 1L, List.of()));
                draining.expect(HeartbeatAck.class);
            }
        }
        try (ScriptedDaemon again = ScriptedDaemon.streaming(server, "m1", 5)) {
            assertThat(server.get("/mesh/daemons").encode()).doesNotContain("refusing");
            again.expect(SpawnTask.class);
        }
    }

    @Test
    void aHeartbeatBeforeTheListOfRunsMakesADaemonNoTakerOfTasks() {
        try (ScriptedDaemon daemon = ScriptedDaemon.streamingWithoutRuns(server, "m1", 2)) {
            server.post("/mesh/tasks", new JsonObject().put("plan", "x").put("start", true), 201);
            daemon.send(Heartbeat.of(List.of()));
            daemon.send(new Runs(List.of()));
            // The answer to the runs comes first, and then the task, once: handed over before it would be taken for
            // lost, since it is not in the list.
            assertThat(daemon.next()).isInstanceOf(Resume.class);
            SpawnTask spawn = daemon.expect(SpawnTask.class);
            daemon.send(TaskStatusChange.of(spawn.taskId(), TaskState.STARTING, TaskState.RUNNING));
            server.taskWith(spawn.taskId().toString(), "running");
            assertThat(daemon.received).isEmpty();
        }
    }
}
