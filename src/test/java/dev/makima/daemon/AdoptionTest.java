package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.process.Launch;
import dev.makima.process.RunSpool;
import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.StreamServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One daemon after the other on one home: agents live on, and the next daemon goes on where the last one was. */
class AdoptionTest extends RunBench {
    /** Prints numbered lines for as long as a file says, then a result. */
    private Path counting() {
        return agents.script("counts", """
                first_line
                init
                i=0
                while [ ! -e '%s' ]; do i=$((i + 1)); says "line $i"; sleep 0.01; done
                says 'the last line'
                result done
                until_end_of_input
                """.formatted(stopFile()));
    }

    private Path stopFile() {
        return temp.resolve("stop-counting");
    }

    private void stopCounting() {
        try {
            Files.createFile(stopFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void spawn() {
        server.send(BaseServer.spawnTask(taskId, "a task", "go"));
    }

    private List<Integer> numbers(List<String> lines) {
        return lines.stream()
                .filter(line -> line.contains("\"text\":\"line "))
                .map(line -> Integer.valueOf(line.replaceAll(".*\"text\":\"line ([0-9]+)\".*", "$1")))
                .toList();
    }

    private static List<Integer> upTo(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    void anAgentLivesOnAndTheNextDaemonTellsTheRestAndTheEnd() {
        Path agent = counting();
        try (DaemonHarness _ = daemon(agent)) {
            spawn();
            awaitLine("line 20");
        }
        assertThat(Peers.processes(home)).isNotEmpty();
        assertThat(server.frames("taskComplete")).isEmpty();
        int told = server.lines(taskId).size();
        List<JsonObject> frames = server.frames();
        try (DaemonHarness _ = daemon(agent)) {
            // The first thing it says of the task is that it lives, and so does its first heartbeat.
            server.await(
                    frame -> frames.indexOf(frame) < 0
                            && "running".equals(frame.getString("oldStatus"))
                            && "running".equals(frame.getString("newStatus")),
                    PATIENCE);
            Await.until(PATIENCE, "more lines", () -> server.lines(taskId).size() > told + 20);
            JsonObject heartbeat = server.frames("heartbeat").getLast();
            assertThat(BaseServer.activeTasks(heartbeat)).containsExactly(taskId);
            stopCounting();
            assertThat(end().getBoolean("success")).isTrue();
            List<Integer> numbers = numbers(server.lines(taskId));
            // An orderly stop notes all that has arrived: nothing is told twice.
            assertThat(numbers).isEqualTo(upTo(numbers.getLast()));
            assertThat(server.lines(taskId)).anyMatch(line -> line.contains("the last line"));
        }
    }

    @Test
    void theFirstHeartbeatOfTheNextDaemonNamesTheTask() {
        try (DaemonHarness _ = daemon(agents.silent())) {
            spawn();
            awaitState("running");
        }
        int before = server.frames("heartbeat").size();
        try (DaemonHarness _ = daemon(agents.silent())) {
            Await.until(
                    PATIENCE, "a heartbeat", () -> server.frames("heartbeat").size() > before);
            assertThat(BaseServer.activeTasks(server.frames("heartbeat").get(before)))
                    .containsExactly(taskId);
            server.send(Peers.interrupt(taskId, false));
            awaitState("interrupted");
        }
    }

    @Test
    void aStreamingServerGetsEachByteOnceOverTwoDaemons() {
        try (StreamServer streaming = StreamServer.start(vertx)) {
            Path agent = counting();
            try (DaemonHarness _ = DaemonHarness.start(home, streaming.uri(), agent, new JsonObject())) {
                streaming.await(1, "runs", PATIENCE);
                streaming.send(BaseServer.spawnTask(taskId, "a task", "go"));
                Await.until(PATIENCE, "some lines", () -> streaming.pieces().size() > 20);
            }
            try (DaemonHarness _ = DaemonHarness.start(home, streaming.uri(), agent, new JsonObject())) {
                JsonObject run = streaming
                        .await(2, "runs", PATIENCE)
                        .getJsonArray("runs")
                        .getJsonObject(0);
                assertThat(run.getString("taskId")).isEqualTo(taskId);
                assertThat(run.getString("state")).isEqualTo("running");
                stopCounting();
                JsonObject end = streaming.await(1, "taskComplete", PATIENCE);
                assertThat(end.getBoolean("success")).isTrue();
                String runId = end.getString("runId");
                List<Integer> numbers =
                        numbers(streaming.stored(runId, "stdout").lines().toList());
                assertThat(numbers).isEqualTo(upTo(numbers.getLast()));
                assertThat(streaming.storedLength(runId, "stdout"))
                        .isEqualTo(end.getJsonObject("finalLengths").getLong("stdout"));
                assertThat(streaming.gaps()).isEmpty();
            }
            try (DaemonHarness _ = DaemonHarness.start(home, streaming.uri(), agent, new JsonObject())) {
                // What is done and told is offered no more.
                assertThat(streaming.await(3, "runs", PATIENCE).getJsonArray("runs"))
                        .isEmpty();
            }
        }
    }

    @Test
    void anAgentThatEndedMeanwhileIsFinishedFromItsSpool() {
        Path agent = agents.script("ends-alone", """
                first_line
                init
                says 'before'
                while [ ! -e '%s' ]; do sleep 0.02; done
                says 'in the dark'
                echo 'no luck' >&2
                exit 7
                """.formatted(stopFile()));
        try (DaemonHarness _ = daemon(agent)) {
            spawn();
            awaitLine("before");
        }
        stopCounting();
        Peers.awaitNothingLeft(home);
        try (DaemonHarness _ = daemon(agent)) {
            assertThat(end().getString("error")).contains("exit code 7", "no luck");
            assertThat(server.lines(taskId)).anyMatch(line -> line.contains("in the dark"));
        }
    }

    @Test
    void anAgentThatDiedWithItsHolderIsReportedAndItsToolsEnd() {
        Path agent = agents.script("has-a-tool", """
                first_line
                init
                setsid sleep 600 &
                says 'working'
                until_end_of_input
                exec sleep 600
                """);
        try (DaemonHarness _ = daemon(agent)) {
            spawn();
            server.await(frame -> "running".equals(frame.getString("newStatus")), PATIENCE);
            awaitLine("\"working\"");
        }
        // A tool that is just being started is no sleep yet.
        Await.until(PATIENCE, "the tool", () -> tool(Peers.processes(home)).isPresent());
        List<Long> all = Peers.processes(home);
        long tool = tool(all).orElseThrow();
        // The holder first, whose number may be the higher one: it must not live to record the agent's end.
        Stream.concat(all.stream().filter(pid -> commandLine(pid).contains("holder.sh")), all.stream())
                .filter(pid -> pid != tool)
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .forEach(ProcessHandle::destroyForcibly);
        try (DaemonHarness _ = daemon(agent)) {
            JsonObject told = server.await("taskRecoveryDetected", taskId, PATIENCE);
            assertThat(told.getString("previousState")).isEqualTo("running");
            assertThat(told.getBoolean("worktreeIntact")).isTrue();
            assertThat(told.getBoolean("needsPatch")).isFalse();
            assertThat(told.getString("worktreePath")).contains("task-" + taskId);
            Peers.awaitNothingLeft(home);
            assertThat(server.frames("taskComplete")).isEmpty();
        }
        // It is told once: the third daemon knows that it is done with.
        try (DaemonHarness _ = daemon(agent)) {
            server.pingAndAwaitPong(PATIENCE);
            assertThat(server.frames("taskRecoveryDetected")).hasSize(1);
        }
    }

    private static Optional<Long> tool(List<Long> all) {
        return all.stream().filter(pid -> commandLine(pid).startsWith("sleep")).findFirst();
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    /** It starts nothing when it is paused: a process in the middle of a fork is no case for a pause. */
    private Path waits() {
        return agents.script("waits", """
                first_line
                init
                says ready
                IFS= read -r second
                result done
                until_end_of_input
                """);
    }

    @Test
    void aPausedAgentStaysPausedUntilTheNextDaemonIsTold() {
        Path agent = waits();
        try (DaemonHarness _ = daemon(agent)) {
            spawn();
            awaitLine("\"ready\"");
            server.send(Peers.command("pauseTask", taskId));
            awaitState("paused");
        }
        try (DaemonHarness _ = daemon(agent)) {
            server.await(
                    frame -> "paused".equals(frame.getString("oldStatus"))
                            && "paused".equals(frame.getString("newStatus")),
                    PATIENCE);
            assertThat(server.frames("taskComplete")).isEmpty();
            server.send(Peers.command("resumeTask", taskId));
            server.send(Peers.message(taskId, "that is all"));
            assertThat(end().getBoolean("success")).isTrue();
        }
    }

    /** Killed in between, or on a disk that took no word of it. */
    @Test
    void anAgentWhosePauseTheLastDaemonCouldNotSaveGoesOn() throws IOException {
        Path agent = waits();
        try (DaemonHarness _ = daemon(agent)) {
            spawn();
            awaitLine("\"ready\"");
        }
        Path spools = home.resolve("spool");
        RunId run;
        try (Stream<Path> runs = Files.list(spools.resolve(taskId))) {
            run = RunId.of(String.valueOf(runs.findFirst().orElseThrow().getFileName()));
        }
        Launch launch = Launch.attach(RunSpool.open(spools, TaskId.of(taskId), run), 1);
        assertThat(launch.processes().pause()).isTrue();
        try (DaemonHarness _ = daemon(agent)) {
            server.send(Peers.message(taskId, "that is all"));
            assertThat(end().getBoolean("success")).isTrue();
        }
    }

    @Test
    void aMessageThatTheLastDaemonNotedAndDidNotHandOverIsHandedOver() throws SQLException {
        try (DaemonHarness _ = daemon(waitsForASecondMessage())) {
            spawn();
            awaitLine("waiting");
        }
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("daemon.db"));
                PreparedStatement noted =
                        database.prepareStatement("INSERT INTO message (run_id, message_id, line, noted_at)"
                                + " SELECT run_id, 'm', ?, 0 FROM task")) {
            noted.setString(1, "{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"grüße\"}}");
            assertThat(noted.executeUpdate()).isEqualTo(1);
        }
        try (DaemonHarness _ = daemon(waitsForASecondMessage())) {
            assertThat(end().getBoolean("success")).isTrue();
            assertThat(server.lines(taskId)).anyMatch(line -> line.contains("got grüße"));
        }
    }

    private Path waitsForASecondMessage() {
        return agents.script("waits-for-two", """
                first_line
                init
                says 'waiting'
                IFS= read -r second
                case "$second" in *grüße*) says 'got grüße' ;; esac
                result done
                until_end_of_input
                """);
    }

    @Test
    void aTaskThatWasBeingSetUpIsGivenBack() throws IOException {
        try (var mute = new java.net.ServerSocket(0, 10, java.net.InetAddress.getLoopbackAddress())) {
            try (DaemonHarness _ = daemon(agents.silent())) {
                String url = "http://127.0.0.1:" + mute.getLocalPort() + "/repository.git";
                server.send(BaseServer.spawnTask(taskId, "a task", "go").put("repoUrl", url));
                mute.accept();
            }
            try (DaemonHarness _ = daemon(agents.silent())) {
                JsonObject told = server.await("taskRecoveryDetected", taskId, PATIENCE);
                assertThat(told.getString("previousState")).isEqualTo("initializing");
                assertThat(told.getBoolean("worktreeIntact")).isFalse();
            }
        }
    }

    @Test
    void moreTasksThanTheNextDaemonAllowsAreAllTakenOver() {
        List<String> ids = IntStream.range(0, 3)
                .mapToObj(_ -> UUID.randomUUID().toString())
                .toList();
        try (DaemonHarness _ = daemon(agents.silent())) {
            for (String id : ids) {
                server.send(BaseServer.spawnTask(id, "a task", "go"));
                server.await(
                        frame -> id.equals(frame.getString("taskId")) && "running".equals(frame.getString("newStatus")),
                        PATIENCE);
            }
        }
        JsonObject one = new JsonObject().put("process", new JsonObject().put("maxConcurrentTasks", 1));
        try (DaemonHarness _ = daemon(agents.silent(), one)) {
            for (String id : ids) {
                server.send(Peers.interrupt(id, false));
                server.await(
                        frame -> id.equals(frame.getString("taskId"))
                                && "interrupted".equals(frame.getString("newStatus")),
                        PATIENCE);
            }
        }
    }

    @Test
    void aDaemonThatStopsItsAgentsTellsSoBeforeItGoes() {
        JsonObject stop = new JsonObject().put("shutdown", new JsonObject().put("agents", "stop"));
        try (DaemonHarness _ = daemon(agents.silent(), stop)) {
            spawn();
            awaitState("running");
        }
        assertThat(Peers.processes(home)).isEmpty();
        awaitState("interrupted");
        awaitLine("The daemon stops");
        try (DaemonHarness _ = daemon(agents.silent(), stop)) {
            server.pingAndAwaitPong(PATIENCE);
            assertThat(server.frames("taskRecoveryDetected")).isEmpty();
            assertThat(server.frames("taskComplete")).isEmpty();
        }
    }

    @Test
    void aSecondDaemonOnTheSameHomeIsRefusedWithThePidOfTheFirst() {
        try (DaemonHarness _ = daemon(agents.silent())) {
            assertThatThrownBy(() -> DaemonHarness.start(home, server.uri(), agents.silent(), new JsonObject()))
                    .hasMessageContaining("another daemon works on")
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
            // The first is not harmed.
            server.pingAndAwaitPong(PATIENCE);
        }
        try (DaemonHarness next = daemon(agents.silent())) {
            assertThat(next.home()).isEqualTo(home);
        }
    }

    @Test
    void aDaemonThatIsStoppedInTheMiddleOfAnythingFailsNoTask() {
        // Each round stops the daemon somewhere else in the run, set-up and writes to files included.
        Path agent = agents.echoes();
        int rounds = 8;
        for (int round = 0; round < rounds; round++) {
            String id = UUID.randomUUID().toString();
            long wait = round * 12_000_000L;
            try (DaemonHarness _ = daemon(agent)) {
                server.send(BaseServer.spawnTask(id, "a task", "go"));
                server.await(
                        frame -> id.equals(frame.getString("taskId"))
                                && "initializing".equals(frame.getString("newStatus")),
                        PATIENCE);
                long until = System.nanoTime() + wait;
                Await.until(PATIENCE, "the moment to stop", () -> System.nanoTime() >= until);
            }
            try (DaemonHarness _ = daemon(agent)) {
                server.await(
                        frame -> id.equals(frame.getString("taskId"))
                                && ("taskRecoveryDetected".equals(frame.getString("type"))
                                        || "taskComplete".equals(frame.getString("type"))),
                        PATIENCE);
            }
        }
        assertThat(server.frames("taskComplete")).allMatch(frame -> frame.getBoolean("success"));
    }
}
