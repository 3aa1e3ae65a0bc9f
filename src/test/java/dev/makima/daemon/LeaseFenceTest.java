package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.cli.local.DaemonStop;
import dev.makima.daemon.bus.DaemonEnd;
import dev.makima.daemon.control.ControlClient;
import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a daemon does by a lease, and what it says by it, towards a server that a test plays. */
class LeaseFenceTest extends StreamBench {
    @BeforeEach
    void tellWhatItCan() {
        server.can("outputStream", "eventAck", "lease");
    }

    @AfterEach
    void endAgents() throws IOException {
        stopAgents();
        Peers.awaitNothingLeft(home);
    }

    private void stopAgents() throws IOException {
        if (Files.notExists(temp.resolve("stop"))) {
            Files.createFile(temp.resolve("stop"));
        }
    }

    /** The answer to a command of that type about the task. */
    private JsonObject answer(String type, JsonObject more) {
        String request = UUID.randomUUID().toString();
        server.send(Peers.command(type, taskId).put("requestId", request).mergeIn(more));
        return server.await(frame -> request.equals(frame.getString("requestId")), PATIENCE);
    }

    @Test
    void whatIsSaidOfATaskSaysByWhichHandOverWhileItRunsAndAfterItsEnd() throws Exception {
        server.can("outputStream", "eventAck", "lease", "requestId");
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        try (DaemonHarness _ = daemon(new JsonObject())) {
            server.await(1, "runs", PATIENCE);
            JsonObject spawn = BaseServer.spawnTask(taskId, "task", "go")
                    .put("fence", 3)
                    .put("leaseSecs", 600)
                    .put("repoUrl", repository.directory().toString());
            server.send(spawn);
            assertThat(state("running").getLong("fence")).isEqualTo(3);
            assertThat(answer("getTaskDiff", new JsonObject()).getLong("fence")).isEqualTo(3);
            JsonObject again = answer("spawnTask", spawn.copy());
            assertThat(again.getString("type")).isEqualTo("spawnRefused");
            assertThat(again.getLong("fence")).isEqualTo(3);
            assertThat(answer("checkTargetExists", new JsonObject()).getString("error"))
                    .contains("targetDir");
            server.send(Peers.command("noSuchCommand", taskId));
            assertThat(server.await(frame -> frame.getString("output", "").contains("noSuchCommand"), PATIENCE)
                            .getLong("fence"))
                    .isEqualTo(3);
            stopAgents();
            server.await(1, "taskComplete", PATIENCE);
            assertThat(answer("getWorktreeInfo", new JsonObject()).getLong("fence"))
                    .isEqualTo(3);
            JsonObject commit = answer("commitWorktree", new JsonObject().put("message", "x"));
            assertThat(commit.getLong("fence")).isEqualTo(3);
            assertThat(commit.getString("eventId")).isNotEmpty();
            JsonObject cleaned = answer("cleanupWorktree", new JsonObject().put("deleteBranch", true));
            assertThat(cleaned.getBoolean("success")).as(cleaned.encode()).isTrue();
            assertThat(cleaned.getLong("fence")).isEqualTo(3);
        }
    }

    @Test
    void aNumberBelowNoneIsNoHandOver() {
        try (DaemonHarness _ = daemon(new JsonObject())) {
            server.await(1, "runs", PATIENCE);
            spawn(-1, 600);
            JsonObject end = server.await(1, "taskComplete", PATIENCE);
            assertThat(end.getBoolean("success")).isFalse();
            assertThat(end.getString("error")).contains("cannot read");
        }
    }

    @Test
    void aHeartbeatSaysBelowWhichEventNoneIsOfferedAgain() {
        server.acknowledgeEvents(false);
        try (DaemonHarness _ = daemon(new JsonObject())) {
            server.await(1, "runs", PATIENCE);
            spawn(1, 600);
            String running = state("running").getString("eventId");
            String first = server.frames().stream()
                    .map(frame -> frame.getString("eventId", ""))
                    .filter(id -> !id.isEmpty())
                    .findFirst()
                    .orElseThrow();
            Await.until(PATIENCE, "the oldest is named", () -> eventsFrom().equals(first));
            server.send(new JsonObject()
                    .put("type", "eventAck")
                    .put(
                            "eventIds",
                            new JsonArray(server.frames().stream()
                                    .map(frame -> frame.getString("eventId", ""))
                                    .filter(id -> !id.isEmpty())
                                    .toList())));
            String epoch = running.substring(0, running.indexOf('-'));
            long last = Long.parseLong(running.substring(running.indexOf('-') + 1));
            Await.until(PATIENCE, "the next is named", () -> eventsFrom().equals(epoch + "-" + (last + 1)));
        }
    }

    private String eventsFrom() {
        return server.frames().stream()
                .filter(frame -> "heartbeat".equals(frame.getString("type")))
                .map(frame -> frame.getString("eventsFrom", ""))
                .reduce("", (_, newest) -> newest);
    }

    private DaemonHarness daemon(JsonObject more) {
        Path agent = agents.script("slow", """
                first_line
                init
                echo $$ > pid.new; mv pid.new '%s'
                says 'at work'
                while [ ! -e '%s' ]; do sleep 0.02; done
                result done
                """.formatted(temp.resolve("pid"), temp.resolve("stop")));
        return DaemonHarness.startQuick(home, server.uri(), agent, more);
    }

    private void spawn(long fence, long leaseSecs) {
        server.send(
                BaseServer.spawnTask(taskId, "task", "go").put("fence", fence).put("leaseSecs", leaseSecs));
    }

    private JsonObject state(String newStatus) {
        return server.await(
                frame -> newStatus.equals(frame.getString("newStatus"))
                        && !newStatus.equals(frame.getString("oldStatus")),
                PATIENCE);
    }

    /** A heartbeat that came after so many frames and names a run by that hand-over. */
    private JsonObject beat(int after, long fence) {
        Await.until(PATIENCE, "a heartbeat of hand-over " + fence, () -> named(after, fence) != null);
        return Objects.requireNonNull(named(after, fence));
    }

    private @Nullable JsonObject named(int after, long fence) {
        List<JsonObject> frames = server.frames();
        return frames.subList(Math.min(after, frames.size()), frames.size()).stream()
                .filter(frame -> "heartbeat".equals(frame.getString("type"))
                        && !frame.getJsonArray("runs").isEmpty()
                        && frame.getJsonArray("runs").getJsonObject(0).getLong("fence") == fence)
                .reduce((_, newest) -> newest)
                .orElse(null);
    }

    private int beats() {
        return server.piecesBeforeHeartbeats().size();
    }

    private void answer(JsonObject beat, int leaseSecs, @Nullable String verdict) {
        JsonArray verdicts = new JsonArray();
        if (verdict != null) {
            JsonObject run = beat.getJsonArray("runs").getJsonObject(0);
            verdicts.add(new JsonObject()
                    .put("taskId", taskId)
                    .put("runId", run.getString("runId"))
                    .put("verdict", verdict));
        }
        server.send(new JsonObject()
                .put("type", "heartbeatAck")
                .put("seq", beat.getLong("seq"))
                .put("leaseSecs", leaseSecs)
                .put("verdicts", verdicts));
    }

    private long pid() throws IOException {
        return Long.parseLong(Files.readString(temp.resolve("pid")).strip());
    }

    @Test
    void anAgentWhoseLeaseIsOverIsPausedUntilTheServerRenewsIt() throws Exception {
        try (DaemonHarness _ = daemon(new JsonObject())) {
            server.await(1, "runs", PATIENCE);
            server.renewLeases(2);
            spawn(1, 2);
            assertThat(state("running").getLong("fence")).isEqualTo(1);
            server.renewLeases(0);
            state("paused");
            answer(beat(server.frames().size(), 1), 60, null);
            server.await(
                    frame -> "running".equals(frame.getString("newStatus"))
                            && "paused".equals(frame.getString("oldStatus")),
                    PATIENCE);
        }
    }

    @Test
    void noAgentIsStartedWhileItsLeaseIsOver() throws Exception {
        try (DaemonHarness _ = daemon(new JsonObject())) {
            server.await(1, "runs", PATIENCE);
            Duration lease = Duration.ofSeconds(1);
            long met = System.nanoTime();
            // A lease counts from when the server was last heard of: this one is over when it comes.
            Await.until(PATIENCE, "a lease's time", () -> System.nanoTime() - met > lease.toNanos());
            spawn(1, lease.toSeconds());
            state("starting");
            int before = beats();
            Await.until(PATIENCE, "time for a start", () -> beats() > before + 3);
            assertThat(temp.resolve("pid")).doesNotExist();
            assertThat(Peers.processes(home)).isEmpty();
            answer(beat(server.frames().size(), 1), 60, null);
            state("running");
            Await.file(temp.resolve("pid"), PATIENCE);
            int since = beats();
            Await.until(PATIENCE, "time for a pause", () -> beats() > since + 3);
            assertThat(server.frames())
                    .as("a lease that was over before the agent began pauses nobody")
                    .noneMatch(frame -> "paused".equals(frame.getString("newStatus")));
        }
    }

    @Test
    void anAgentWhoseLeaseIsOverIsStoppedAndItsTaskGivenBackWhereThatIsConfigured() throws Exception {
        JsonObject stop = new JsonObject().put("lease", new JsonObject().put("onExpiry", "stop"));
        try (DaemonHarness _ = daemon(stop)) {
            server.await(1, "runs", PATIENCE);
            server.renewLeases(2);
            spawn(1, 2);
            state("running");
            server.renewLeases(0);
            JsonObject given = server.await(1, "taskRecoveryDetected", PATIENCE);
            assertThat(given.getLong("fence")).isEqualTo(1);
            assertThat(given.getBoolean("worktreeIntact")).isTrue();
        }
    }

    @Test
    void aFencedRunEndsWithoutAWord() throws Exception {
        try (DaemonHarness _ = daemon(new JsonObject())) {
            server.await(1, "runs", PATIENCE);
            spawn(1, 600);
            state("running");
            Await.until(PATIENCE, "the agent is at work", () -> Files.exists(temp.resolve("pid")));
            long agent = pid();
            int before = server.frames().size();
            answer(beat(0, 1), 600, "fenced");
            Await.until(PATIENCE, "the agent ends", () -> !Await.alive(agent));
            server.await(
                    frame -> "heartbeat".equals(frame.getString("type"))
                            && frame.getJsonArray("activeTasks").isEmpty()
                            && server.frames().indexOf(frame) > before,
                    PATIENCE);
            assertThat(server.frames().subList(before, server.frames().size()))
                    .noneMatch(frame -> List.of("taskComplete", "taskStatusChange", "taskRecoveryDetected")
                            .contains(frame.getString("type")));
        }
    }

    @Test
    void whatIsAnothersIsRefusedByTheNextDaemonToo() throws Exception {
        server.can("outputStream", "eventAck", "lease", "requestId");
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        try (DaemonHarness _ = daemon(new JsonObject())) {
            server.await(1, "runs", PATIENCE);
            server.send(BaseServer.spawnTask(taskId, "task", "go")
                    .put("fence", 3)
                    .put("leaseSecs", 600)
                    .put("repoUrl", repository.directory().toString()));
            state("running");
            answer(beat(0, 3), 600, "fenced");
            Await.until(PATIENCE, "the run ends", () -> status().isEmpty());
        }
        try (DaemonHarness _ = daemon(new JsonObject())) {
            server.await(2, "runs", PATIENCE);
            JsonObject refused = answer(
                    "createPR",
                    new JsonObject().put("title", "x").put("baseBranch", "main").put("branch", "b"));
            assertThat(refused.encode()).contains("another daemon may have the task");
        }
    }

    /** The server says that it does not know the task by its hand-over 3, and the daemon has heard so. */
    private void becomesUnknown() {
        answer(beat(0, 3), 600, "unknown");
        Await.until(
                PATIENCE,
                "it is told",
                () -> status().getJsonObject(0).getString("lease").equals("unknown"));
    }

    private String stopHere() {
        List<String> lines = new ArrayList<>();
        new DaemonStop(home, lines::add).end(taskId.substring(0, 8));
        return String.join("\n", lines);
    }

    @Test
    void aTaskThatNoServerKnowsIsEndedByAPersonAtItsMachine() throws Exception {
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        try (DaemonHarness _ = daemon(new JsonObject())) {
            server.await(1, "runs", PATIENCE);
            server.send(BaseServer.spawnTask(taskId, "task", "go")
                    .put("fence", 3)
                    .put("leaseSecs", 600)
                    .put("repoUrl", repository.directory().toString()));
            state("running");
            Await.until(PATIENCE, "the agent is at work", () -> Files.exists(temp.resolve("pid")));
            becomesUnknown();
            Path tree = Path.of(status().getJsonObject(0).getString("directory"));
            Files.writeString(tree.resolve("new"), "evidence");
            long agent = pid();
            assertThat(stopHere()).contains("has ended on this machine", "its work stays in " + tree);
            assertThat(Await.alive(agent)).isFalse();
            assertThat(status()).isEmpty();
            assertThat(tree.resolve("new")).exists();
            assertThat(repository.content("refs/makima/checkpoints/" + taskId, "new"))
                    .contains("evidence");
            assertThatThrownBy(this::stopHere).hasMessageContaining("id");
            assertThatThrownBy(() -> new DaemonStop(home, _ -> {}).end(taskId))
                    .hasMessageContaining("nothing of task " + taskId);
        }
    }

    @Test
    void workThatIsDoneAndWaitsForAServerThatDoesNotKnowItIsEndedByAPerson() throws Exception {
        try (DaemonHarness _ = daemon(new JsonObject())) {
            server.await(1, "runs", PATIENCE);
            spawn(3, 600);
            state("running");
            becomesUnknown();
            Await.until(PATIENCE, "the agent is at work", () -> Files.exists(temp.resolve("pid")));
            long agent = pid();
            stopAgents();
            Await.until(PATIENCE, "the agent ends", () -> !Await.alive(agent));
            assertThat(stopHere()).contains("has ended on this machine");
            assertThat(status()).isEmpty();
        }
    }

    /** As with the older copy of a server's database, where another daemon has the task first. */
    @Test
    void whatALaterHandOverHasToSayDoesNotWaitForOneThatTheServerDidNotKnow() throws Exception {
        try (DaemonHarness _ = daemon(new JsonObject())) {
            server.await(1, "runs", PATIENCE);
            spawn(3, 600);
            state("running");
            becomesUnknown();
            answer(beat(server.frames().size(), 3), 600, "fenced");
            Await.until(PATIENCE, "the run is over", () -> status().isEmpty());
            stopAgents();
            spawn(5, 600);
            for (String status : List.of("initializing", "running")) {
                server.await(
                        frame -> status.equals(frame.getString("newStatus")) && frame.getLong("fence") == 5, PATIENCE);
            }
            assertThat(server.await(1, "taskComplete", PATIENCE).getLong("fence"))
                    .isEqualTo(5);
        }
    }

    @Test
    void aTaskThatIsActiveIsRefusedButByALaterHandOverItsRunGoesOn() {
        try (DaemonHarness _ = daemon(new JsonObject())) {
            server.await(1, "runs", PATIENCE);
            spawn(1, 600);
            state("running");
            String run = beat(0, 1).getJsonArray("runs").getJsonObject(0).getString("runId");
            spawn(1, 600);
            JsonObject refusal = server.await(1, "spawnRefused", PATIENCE);
            assertThat(refusal.getString("reason")).isEqualTo("active");
            assertThat(refusal.getLong("fence")).isEqualTo(1);
            spawn(3, 600);
            JsonObject beat = beat(0, 3);
            assertThat(beat.getJsonArray("runs").getJsonObject(0).getString("runId"))
                    .isEqualTo(run);
            server.await(
                    frame -> "taskStatusChange".equals(frame.getString("type")) && frame.getLong("fence", 0L) == 3,
                    PATIENCE);
        }
    }

    @Test
    void aDaemonWithoutRoomRefusesAtNoCost() {
        JsonObject one = new JsonObject().put("process", new JsonObject().put("maxConcurrentTasks", 1));
        try (DaemonHarness _ = daemon(one)) {
            server.await(1, "runs", PATIENCE);
            spawn(1, 600);
            state("running");
            String other = UUID.randomUUID().toString();
            server.send(
                    BaseServer.spawnTask(other, "task", "go").put("fence", 5).put("leaseSecs", 600));
            JsonObject refusal = server.await(1, "spawnRefused", PATIENCE);
            assertThat(refusal.getString("taskId")).isEqualTo(other);
            assertThat(refusal.getString("reason")).isEqualTo("capacity");
            assertThat(refusal.getLong("fence")).isEqualTo(5);
        }
    }

    @Test
    void towardsAServerWithoutLeasesNoneBinds() throws Exception {
        server.can("outputStream", "eventAck");
        try (DaemonHarness _ = daemon(new JsonObject())) {
            server.await(1, "runs", PATIENCE);
            spawn(1, 1);
            state("running");
            JsonObject beat = server.await(8, "heartbeat", PATIENCE);
            assertThat(beat.containsKey("seq")).isFalse();
            assertThat(server.frames()).noneMatch(frame -> "paused".equals(frame.getString("newStatus")));
        }
    }

    @Test
    void aDrainMayTakeLongerThanALeaseWhichIsRenewedMeanwhileAndRefusesWithTheHandOver() throws Exception {
        try (DaemonHarness daemon = daemon(new JsonObject())) {
            server.await(1, "runs", PATIENCE);
            server.renewLeases(2);
            spawn(3, 2);
            state("running");
            Await.file(temp.resolve("pid"), PATIENCE);
            try (ControlClient client = ControlClient.connect(daemon.home()).orElseThrow()) {
                client.ask(new JsonObject().put("verb", "drain"), PATIENCE);
            }
            String late = UUID.randomUUID().toString();
            server.send(BaseServer.spawnTask(late, "late", "go").put("fence", 7).put("leaseSecs", 2));
            JsonObject refusal = server.await(frame -> "spawnRefused".equals(frame.getString("type")), PATIENCE);
            assertThat(refusal.getString("reason")).isEqualTo("draining");
            assertThat(refusal.getString("taskId")).isEqualTo(late);
            assertThat(refusal.getLong("fence")).isEqualTo(7);
            // It goes by what the server says, and does not say.
            server.renewLeases(0);
            state("paused");
            server.renewLeases(60);
            server.await(
                    frame -> "paused".equals(frame.getString("oldStatus"))
                            && "running".equals(frame.getString("newStatus")),
                    PATIENCE);
            assertThat(server.frames()).noneMatch(frame -> "interrupted".equals(frame.getString("newStatus")));
            // The same task by a later hand-over is none that is new.
            spawn(4, 2);
            server.await(
                    frame -> frame.getLong("fence", 0L) == 4 && "running".equals(frame.getString("newStatus")),
                    PATIENCE);
            Files.createFile(temp.resolve("stop"));
            assertThat(Await.value(daemon.daemon().ended(), PATIENCE)).isEqualTo(DaemonEnd.DRAINED);
        } finally {
            Files.deleteIfExists(temp.resolve("stop"));
        }
    }
}
