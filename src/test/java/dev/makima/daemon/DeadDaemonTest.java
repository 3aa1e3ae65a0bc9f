package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agents with a lease whose daemon is killed by SIGKILL: they stand still when it is over, until the next one hears. */
class DeadDaemonTest extends StreamBench {
    private static final int LEASE_SECONDS = 2;

    private final String goesOn = UUID.randomUUID().toString();
    private final String taken = UUID.randomUUID().toString();
    private final String paused = UUID.randomUUID().toString();
    private final List<String> tasks = List.of(goesOn, taken, paused);
    private Path agent;

    @BeforeEach
    void tellWhatItCan() {
        server.can("outputStream", "eventAck", "lease");
        // Its steps are counted in a file of its task.
        agent = agents.script("walks", """
                IFS= read -r line
                init
                name=${line#*WALK:}
                name=${name%%%%:*}
                trap 'echo >> "%1$s/$name.asked"' TERM
                echo $$ > "%1$s/$name.new"; mv "%1$s/$name.new" "%1$s/$name.pid"
                while [ ! -e '%1$s/stop' ]; do echo >> "%1$s/$name.steps"; sleep 0.05; done
                result done
                """.formatted(temp));
    }

    @AfterEach
    void endAgents() throws IOException {
        if (Files.notExists(temp.resolve("stop"))) {
            Files.createFile(temp.resolve("stop"));
        }
        Peers.awaitNothingLeft(home);
    }

    private DaemonHarness daemon() {
        return DaemonHarness.startQuick(home, server.uri(), agent, new JsonObject());
    }

    private void awaitState(String task, String before, String now) {
        server.await(Peers.becomes(task, before, now), PATIENCE);
    }

    private long steps(String task) {
        return temp.resolve(task + ".steps").toFile().length();
    }

    /** The directory of the task's only launch. */
    private Path launch(String task) {
        try (Stream<Path> inside = Files.walk(home.resolve("spool/" + task), 2)) {
            return inside.filter(path -> path.endsWith("launch-1")).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** By a signal, or with its cgroup. */
    private boolean standsStill(String task) {
        try {
            Path cgroup = launch(task).resolve("cgroup");
            if (Files.exists(cgroup)) {
                Path events = Path.of(Files.readString(cgroup).strip(), "cgroup.events");
                return Files.readString(events).contains("frozen 1");
            }
            String pid = Files.readString(temp.resolve(task + ".pid")).strip();
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitStill(String task) {
        Await.file(launch(task).resolve("stopped"), PATIENCE);
        Await.until(PATIENCE, task + " to stand still", () -> standsStill(task));
    }

    /** Takes part of the newest heartbeat's runs, with a verdict or, as in renewing them, without. */
    private void answer(JsonObject beat, int leaseSecs, Predicate<String> fenced) {
        JsonArray verdicts = new JsonArray();
        beat.getJsonArray("runs").stream()
                .map(JsonObject.class::cast)
                .filter(run -> fenced.test(run.getString("taskId")))
                .forEach(run -> verdicts.add(new JsonObject()
                        .put("taskId", run.getString("taskId"))
                        .put("runId", run.getString("runId"))
                        .put("verdict", "fenced")));
        server.send(new JsonObject()
                .put("type", "heartbeatAck")
                .put("seq", beat.getLong("seq"))
                .put("leaseSecs", leaseSecs)
                .put("verdicts", verdicts));
    }

    /** The newest heartbeat among the frames after so many that names so many runs. */
    private JsonObject beat(int after, int runs) {
        Await.until(
                PATIENCE,
                "a heartbeat with " + runs + " runs",
                () -> newest(after, runs).isPresent());
        return newest(after, runs).orElseThrow();
    }

    private Optional<JsonObject> newest(int after, int runs) {
        List<JsonObject> frames = server.frames();
        return frames.subList(after, frames.size()).stream()
                .filter(frame -> "heartbeat".equals(frame.getString("type"))
                        && frame.getJsonArray("runs", new JsonArray()).size() == runs)
                .reduce((_, newer) -> newer);
    }

    @Test
    void agentsStandStillAtTheEndOfTheirLeaseAndTheNextDaemonDoesWithThemWhatTheServerSays() throws Exception {
        Process first = LoneDaemon.start(home, server.uri(), agent, temp.resolve("alone.log"));
        server.renewLeases(LEASE_SECONDS);
        try {
            server.await(1, "runs", PATIENCE);
            tasks.forEach(this::spawn);
            for (String task : tasks) {
                awaitState(task, "starting", "running");
                Await.file(temp.resolve(task + ".pid"), PATIENCE);
            }
            awaitPausedByAPerson();
        } finally {
            server.renewLeases(0);
            first.destroyForcibly();
        }
        assertThat(first.waitFor(20, TimeUnit.SECONDS)).isTrue();
        long killed = System.nanoTime();
        for (String task : tasks) {
            awaitStill(task);
        }
        // The daemon may have saved a renewal that it had no time to tell the watch: by that one, agents may go on.
        Await.until(
                PATIENCE, "the last lease's end", () -> System.nanoTime() - killed > LEASE_SECONDS * 1_000_000_000L);
        long there = steps(taken);
        int before = server.frames().size();
        try (DaemonHarness _ = daemon()) {
            awaitState(goesOn, "running", "paused");
            awaitState(taken, "running", "paused");
            assertThat(tasks).allMatch(this::standsStill);
            answer(beat(before, tasks.size()), 600, taken::equals);
            awaitState(goesOn, "paused", "running");
            Await.gone(
                    Long.parseLong(
                            Files.readString(temp.resolve(taken + ".pid")).strip()),
                    PATIENCE);
            assertThat(steps(taken))
                    .as("an agent whose task is another's never goes on")
                    .isEqualTo(there);
            assertThat(temp.resolve(taken + ".asked")).doesNotExist();
            long goneOn = steps(goesOn);
            Await.until(PATIENCE, "steps", () -> steps(goesOn) > goneOn);
            // A person's wish is no matter of the lease.
            assertThat(standsStill(paused)).isTrue();
            Await.until(
                    PATIENCE,
                    "the watch is told",
                    () -> Files.notExists(launch(paused).resolve("stopped")));
            server.send(Peers.command("resumeTask", paused));
            awaitState(paused, "paused", "running");
            Files.createFile(temp.resolve("stop"));
            server.await(2, "taskComplete", PATIENCE);
        }
    }

    /** On a slow machine it may stand still for its lease before. */
    private void awaitPausedByAPerson() {
        String run = beat(0, tasks.size()).getJsonArray("runs").stream()
                .map(JsonObject.class::cast)
                .filter(one -> paused.equals(one.getString("taskId")))
                .map(one -> one.getString("runId"))
                .findAny()
                .orElseThrow();
        Await.until(PATIENCE, Duration.ofMillis(100), "a person's pause", () -> {
            server.send(Peers.command("pauseTask", paused));
            String told = server.stored(run, "daemon");
            return told.contains("cannot be paused: it is paused") || told.contains("it stays so until it is resumed");
        });
    }

    /** Lets the leases end; the tasks' agents stand still then. */
    private void endLeases(List<String> leased) {
        server.renewLeases(0);
        long begun = System.nanoTime();
        Await.until(PATIENCE, "the last lease's end", () -> System.nanoTime() - begun > LEASE_SECONDS * 1_000_000_000L);
        // A slow machine may have had one stand still, and go on, before.
        leased.forEach(task -> Await.until(
                PATIENCE, task + " to be paused", () -> lastState(task).equals("paused")));
    }

    private String lastState(String task) {
        return server.frames().stream()
                .filter(frame -> task.equals(frame.getString("taskId")) && frame.containsKey("newStatus"))
                .map(frame -> frame.getString("newStatus"))
                .reduce("", (_, newer) -> newer);
    }

    private void spawn(String task) {
        server.send(BaseServer.spawnTask(task, "task", "WALK:" + task + ":")
                .put("fence", 1)
                .put("leaseSecs", LEASE_SECONDS));
    }

    private void heartbeats(int some) {
        int before = server.piecesBeforeHeartbeats().size();
        Await.until(
                PATIENCE, "heartbeats", () -> server.piecesBeforeHeartbeats().size() >= before + some);
    }

    /** However often daemons end in between, and whatever people want meanwhile. */
    @Test
    void whatStandsStillForItsLeaseGoesOnWithItUnlessAPersonWantsItToStandStill() throws Exception {
        try (DaemonHarness _ = daemon()) {
            server.await(1, "runs", PATIENCE);
            server.renewLeases(LEASE_SECONDS);
            List.of(goesOn, paused).forEach(this::spawn);
            awaitState(goesOn, "starting", "running");
            awaitState(paused, "starting", "running");
            endLeases(List.of(goesOn, paused));
            long there = steps(goesOn);
            server.send(Peers.message(goesOn, "go on"));
            server.send(Peers.command("resumeTask", goesOn));
            server.send(Peers.command("pauseTask", paused));
            heartbeats(2);
            assertThat(steps(goesOn)).as("nobody goes on before its lease does").isEqualTo(there);
        }
        int before = server.frames().size();
        server.renewLeases(600);
        try (DaemonHarness _ = daemon()) {
            Await.until(PATIENCE, goesOn + " to go on", () -> lastState(goesOn).equals("running"));
            heartbeats(2);
            assertThat(server.frames().stream().skip(before))
                    .noneMatch(frame -> paused.equals(frame.getString("taskId"))
                            && "paused".equals(frame.getString("oldStatus"))
                            && "running".equals(frame.getString("newStatus")));
            assertThat(standsStill(paused)).isTrue();
            server.send(Peers.command("resumeTask", paused));
            awaitState(paused, "paused", "running");
            Files.createFile(temp.resolve("stop"));
            server.await(2, "taskComplete", PATIENCE);
        }
    }

    /** As on a disk that takes nothing: to stand still without a reason is mended, to work on without one is not. */
    @Test
    void anAgentWhoseLeaseCannotBeWrittenDownStandsStillUntilItCan() throws Exception {
        try (DaemonHarness _ = daemon()) {
            server.await(1, "runs", PATIENCE);
            server.send(BaseServer.spawnTask(goesOn, "task", "WALK:" + goesOn + ":")
                    .put("fence", 1)
                    .put("leaseSecs", 20));
            awaitState(goesOn, "starting", "running");
            Path lease = launch(goesOn).resolve("lease");
            String said = Files.readString(lease);
            Files.delete(lease);
            Files.createDirectory(lease);
            awaitState(goesOn, "running", "paused");
            long there = steps(goesOn);
            heartbeats(2);
            assertThat(steps(goesOn)).isEqualTo(there);
            answer(beat(0, 1), 600, _ -> false);
            Files.delete(lease);
            Files.writeString(lease, said);
            awaitState(goesOn, "paused", "running");
            Files.createFile(temp.resolve("stop"));
            server.await(1, "taskComplete", PATIENCE);
        }
    }
}
