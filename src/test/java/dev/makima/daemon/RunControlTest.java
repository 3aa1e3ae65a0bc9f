package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.TestRepository;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a run does with the commands of its server, and how it ends. */
class RunControlTest extends RunBench {
    private void spawn() {
        server.send(BaseServer.spawnTask(taskId, "a task", "go"));
    }

    /** Everything the daemon has to say by now has been said. */
    private void assertNoTaskComplete() {
        server.pingAndAwaitPong(PATIENCE);
        assertThat(server.frames("taskComplete")).isEmpty();
    }

    @Test
    void anInterruptDuringTheSetUpEndsTheSetUp() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                DaemonHarness daemon = daemon(agents.echoes())) {
            String url = "http://127.0.0.1:" + mute.getLocalPort() + "/repository.git";
            server.send(BaseServer.spawnTask(taskId, "a task", "go").put("repoUrl", url));
            try (Socket _ = mute.accept()) {
                server.send(Peers.interrupt(taskId, true));
                JsonObject interrupted = awaitState("interrupted");
                assertThat(interrupted.getString("oldStatus")).isEqualTo("initializing");
                assertNoTaskComplete();
                // The slot is free again, and the daemon takes the next.
                String next = UUID.randomUUID().toString();
                server.send(BaseServer.spawnTask(next, "next", "hello"));
                assertThat(server.await("taskComplete", next, PATIENCE).getBoolean("success"))
                        .isTrue();
            }
            assertThat(daemon.home()).exists();
        }
    }

    @Test
    void aGracefulInterruptAsksTheAgentFirst() {
        Path agent = agents.script("asked", """
                while IFS= read -r line; do
                    case "$line" in
                        *'"subtype":"interrupt"'*) says 'interrupt asked'; result interrupted ;;
                        *'"subtype":"end_session"'*) says 'end asked'; exit 0 ;;
                        *) init; says 'working' ;;
                    esac
                done
                says 'end of input'
                """);
        try (DaemonHarness _ = daemon(agent, DaemonHarness.stoppingBy(DaemonHarness.PATIENT_STOP))) {
            spawn();
            awaitLine("\"working\"");
            server.send(Peers.interrupt(taskId, true));
            awaitState("interrupted");
            List<String> lines = server.lines(taskId);
            assertThat(lines).anyMatch(line -> line.contains("interrupt asked"));
            assertThat(lines).anyMatch(line -> line.contains("end asked"));
            assertThat(lines).noneMatch(line -> line.contains("end of input"));
            assertThat(lines).anyMatch(line -> line.contains("was interrupted"));
            assertNoTaskComplete();
        }
    }

    @Test
    void anAgentThatIgnoresEverythingIsKilled() {
        try (DaemonHarness _ = daemon(agents.ignoresTerm())) {
            spawn();
            awaitLine("try to stop me");
            server.send(Peers.interrupt(taskId, true));
            awaitState("interrupted");
            Peers.awaitNothingLeft(home);
            assertNoTaskComplete();
        }
    }

    @Test
    void askingAgainAndAgainDoesNotPutOffTheKill() {
        try (DaemonHarness _ = daemon(agents.ignoresTerm())) {
            spawn();
            awaitLine("try to stop me");
            server.send(Peers.interrupt(taskId, true));
            // It is asked until it is over: were the kill put off each time, that would never be.
            Await.until(PATIENCE, "the end while it is being asked", () -> {
                server.send(Peers.interrupt(taskId, true));
                return server.frames("taskStatusChange").stream()
                        .anyMatch(frame -> "interrupted".equals(frame.getString("newStatus")));
            });
        }
    }

    @Test
    void aStopThatIsNotGracefulDoesNotAskFirst() {
        Path agent = agents.script("told", """
                trap "says terminated; exit 143" TERM
                init
                says 'working'
                while :; do sleep 0.05; done
                """);
        try (DaemonHarness _ = daemon(agent, DaemonHarness.stoppingBy(DaemonHarness.PATIENT_STOP))) {
            spawn();
            awaitLine("\"working\"");
            server.send(Peers.interrupt(taskId, false));
            awaitState("interrupted");
            assertThat(server.lines(taskId)).anyMatch(line -> line.contains("\"terminated\""));
        }
    }

    @Test
    void whatAnAgentLeavesRunningEndsWithIt() {
        try (DaemonHarness _ = daemon(agents.forksGrandchildren())) {
            spawn();
            assertThat(end().getBoolean("success")).isTrue();
            assertThat(agents.grandchildren()).hasSize(3).noneMatch(Await::alive);
            awaitLine("Ended 3 processes");
        } finally {
            agents.killGrandchildren();
        }
    }

    @Test
    void whatAnInterruptedAgentLeavesRunningEndsWithIt() {
        Path agent = agents.script("leaves", """
                init
                setsid sh -c 'trap "" TERM; while :; do sleep 1; done' &
                nohup sleep 600 > /dev/null 2>&1 &
                says 'working'
                exec sleep 600
                """);
        try (DaemonHarness _ = daemon(agent)) {
            spawn();
            awaitLine("\"working\"");
            server.send(Peers.interrupt(taskId, false));
            awaitState("interrupted");
            assertThat(Peers.processes(home)).isEmpty();
        }
    }

    @Test
    void aRunThatTakesTooLongFailsWithItsLimit() {
        try (DaemonHarness _ = daemon(agents.silent())) {
            server.send(BaseServer.spawnTask(taskId, "a task", "go").put("timeoutSecs", 1));
            JsonObject end = end();
            assertThat(end.getBoolean("success")).isFalse();
            assertThat(end.getString("error")).isEqualTo("timed out after 1 s");
            awaitLine("The time limit of 1 s is reached");
        }
    }

    @Test
    void aPausedTaskStandsStillUntilItIsResumed() throws IOException {
        Path counter = temp.resolve("counter");
        Path agent = agents.script("counts", """
                first_line
                init
                setsid sh -c 'while :; do echo x >> "%s"; done' &
                says 'working'
                IFS= read -r second
                result done
                until_end_of_input
                """.formatted(counter));
        try (DaemonHarness _ = daemon(agent)) {
            spawn();
            Await.until(PATIENCE, "the tool to work", () -> counter.toFile().length() > 10);
            awaitLine("\"working\"");
            server.send(Peers.command("pauseTask", taskId));
            awaitState("paused");
            long length = Files.size(counter);
            long until = System.nanoTime() + 300_000_000L;
            Await.until(PATIENCE, "a moment", () -> System.nanoTime() > until);
            assertThat(Files.size(counter)).isEqualTo(length);
            server.send(Peers.command("pauseTask", taskId));
            awaitLine("cannot be paused: it is paused");
            server.send(Peers.command("resumeTask", taskId));
            awaitState("running");
            Await.until(
                    PATIENCE, "the tool to work again", () -> counter.toFile().length() > length);
            server.send(Peers.message(taskId, "that is all"));
            assertThat(end().getBoolean("success")).isTrue();
            assertThat(server.frames("taskStatusChange").stream()
                            .map(frame -> frame.getString("oldStatus") + ">" + frame.getString("newStatus")))
                    .contains("running>paused", "paused>running");
        }
    }

    /** Waits without starting anything: a process in the middle of a fork is no case for these tests. */
    private Path waits() {
        return agents.script("waits", "first_line\ninit\nsays ready\nwhile IFS= read -r line; do :; done\n");
    }

    @Test
    void aPausedTaskCanBeInterrupted() {
        try (DaemonHarness _ = daemon(waits())) {
            spawn();
            awaitLine("\"ready\"");
            server.send(Peers.command("pauseTask", taskId));
            awaitState("paused");
            server.send(Peers.interrupt(taskId, false));
            assertThat(awaitState("interrupted").getString("oldStatus")).isEqualTo("paused");
        }
    }

    @Test
    void aMessageContinuesAPausedTask() {
        try (DaemonHarness _ = daemon(waits())) {
            spawn();
            awaitLine("\"ready\"");
            server.send(Peers.command("pauseTask", taskId));
            awaitState("paused");
            server.send(Peers.message(taskId, "go on"));
            server.await(frame -> "paused".equals(frame.getString("oldStatus")), PATIENCE);
            server.send(Peers.interrupt(taskId, false));
            awaitState("interrupted");
        }
    }

    @Test
    void commandsToATaskThatIsNotHereAreAnswered() {
        try (DaemonHarness _ = daemon(agents.silent())) {
            server.send(Peers.message(taskId, "hello"));
            awaitLine("cannot take a message");
            server.send(Peers.command("pauseTask", taskId));
            awaitLine("cannot be paused");
            server.send(Peers.command("resumeTask", taskId));
            awaitLine("cannot be resumed");
            server.send(Peers.interrupt(taskId, true));
            awaitLine("cannot be interrupted");
        }
    }

    @Test
    void aSecondInterruptOfATaskThatIsOverIsNoMistake() {
        try (DaemonHarness _ = daemon(waits())) {
            spawn();
            awaitLine("\"ready\"");
            server.send(Peers.interrupt(taskId, true));
            awaitState("interrupted");
            server.send(Peers.interrupt(taskId, false));
            server.send(Peers.interrupt(taskId, false));
            // What is answered to the next one comes after what would be to these.
            server.send(Peers.interrupt(UUID.randomUUID().toString(), false));
            awaitLine("cannot be interrupted");
            assertThat(server.frames("taskOutput").stream()
                            .filter(frame -> taskId.equals(frame.getString("taskId")))
                            .map(frame -> frame.getString("output")))
                    .noneMatch(line -> line.contains("cannot be interrupted"));
        }
    }

    @Test
    void anAgentThatNeverReadsHoldsUpNothing() {
        try (DaemonHarness _ = daemon(agents.neverReadsStdin())) {
            spawn();
            awaitState("running");
            for (int i = 0; i < 4; i++) {
                server.send(Peers.message(taskId, "x".repeat(300_000)));
            }
            server.send(Peers.interrupt(taskId, true));
            awaitState("interrupted");
        }
    }

    @Test
    void anAgentThatSaysNothingIsWarnedOfOnce() {
        try (DaemonHarness _ = daemon(agents.silent())) {
            spawn();
            awaitLine("printed nothing");
            long until = System.nanoTime() + 1_500_000_000L;
            Await.until(PATIENCE, "time for a second warning", () -> System.nanoTime() > until);
            assertThat(server.lines(taskId).stream().filter(line -> line.contains("printed nothing")))
                    .hasSize(1);
            server.send(Peers.interrupt(taskId, false));
            awaitState("interrupted");
        }
    }

    @Test
    void aSilenceInTheMiddleIsToldOnceForEachSilence() {
        Path agent = agents.script("falls-silent", """
                first_line
                init
                sleep 2.5
                says 'still here'
                IFS= read -r second
                says 'and again'
                result done
                until_end_of_input
                """);
        JsonObject quick = new JsonObject().put("agent", new JsonObject().put("silenceWarnSecs", 1));
        try (DaemonHarness _ = DaemonHarness.start(home, server.uri(), agent, quick)) {
            server.awaitHandshakes(1, PATIENCE);
            spawn();
            awaitLine("still here");
            Await.until(PATIENCE, "the second warning", () -> silences() == 2);
            server.send(Peers.message(taskId, "go on"));
            assertThat(end().getBoolean("success")).isTrue();
            assertThat(silences()).isEqualTo(2);
        }
    }

    @Test
    void anAgentThatWasTakenOverIsWarnedOfToo() {
        JsonObject quick = new JsonObject().put("agent", new JsonObject().put("silenceWarnSecs", 1));
        try (DaemonHarness _ = daemon(agents.silent())) {
            spawn();
            awaitState("running");
        }
        try (DaemonHarness _ = daemon(agents.silent(), quick)) {
            Await.until(PATIENCE, "a warning", () -> silences() >= 1);
            server.send(Peers.interrupt(taskId, false));
            awaitState("interrupted");
            assertThat(silences()).isEqualTo(1);
        }
    }

    private long silences() {
        return server.lines(taskId).stream()
                .filter(line -> line.contains("agent.silenceWarnSecs"))
                .count();
    }

    @Test
    void anAgentThatStaysAfterItsEndIsEndedAndItsWorkCounts() {
        try (DaemonHarness _ = daemon(agents.staysAfterItsEnd())) {
            spawn();
            assertThat(end().getBoolean("success")).isTrue();
            awaitLine("has finished but does not end");
        }
    }

    @Test
    void aFollowUpAfterTheEndOfTheInputIsAnsweredAndAGracefulStopStillWorks() {
        DaemonTimers patient = DaemonHarness.exitingWithin(Duration.ofMinutes(1));
        Path agent = agents.script("stays", """
                first_line
                init
                says 'the end'
                result done
                until_end_of_input
                says 'no more input'
                exec sleep 600
                """);
        try (DaemonHarness _ = DaemonHarness.start(home, server.uri(), agent, new JsonObject(), patient)) {
            server.awaitHandshakes(1, PATIENCE);
            spawn();
            awaitLine("no more input");
            server.send(Peers.message(taskId, "one thing more"));
            awaitLine("came too late: the agent has finished. The message was: one thing more");
            server.send(Peers.interrupt(taskId, true));
            awaitState("interrupted");
        }
    }

    @Test
    void anAgentThatDiesInMidLineFailsWithItsSignalAndTheHalfLineArrives() {
        try (DaemonHarness _ = daemon(agents.diesInMidLine())) {
            spawn();
            assertThat(end().getString("error")).contains("signal 9");
            assertThat(server.lines(taskId)).anyMatch(line -> line.endsWith("{\"type\":\"te"));
        }
    }

    @Test
    void aResultThatIsAnErrorFailsTheTask() {
        try (DaemonHarness _ = daemon(agents.failsWithResult("API Error: overloaded"))) {
            spawn();
            assertThat(end().getString("error")).contains("API Error: overloaded");
        }
    }

    @Test
    void twoTasksOfOneRepositoryWorkSideBySide() throws IOException {
        Path agent = agents.script("meets", """
                first_line
                init
                touch "%1$s/$(basename "$(pwd)")"
                while [ "$(ls '%1$s' | wc -l)" -lt 2 ]; do sleep 0.02; done
                pwd > own.txt
                result done
                until_end_of_input
                """.formatted(Files.createDirectory(temp.resolve("meeting"))));
        TestRepository repository = TestRepository.create(temp.resolve("repository"));
        try (DaemonHarness _ = daemon(agent)) {
            String other = UUID.randomUUID().toString();
            for (String id : List.of(taskId, other)) {
                server.send(BaseServer.spawnTask(id, "same name", "go")
                        .put("repoUrl", repository.directory().toString())
                        .put("completionAction", "branch")
                        .put("targetRepoPath", repository.directory().toString()));
            }
            for (String id : List.of(taskId, other)) {
                assertThat(server.await("taskComplete", id, PATIENCE).getBoolean("success"))
                        .isTrue();
                String branch = "makima/same-name-" + id.substring(0, 8);
                assertThat(repository.content(branch, "own.txt")).contains(id.substring(0, 8));
            }
        }
    }

    @Test
    void aTaskMayBeSentAgainAtTheMomentItsEndIsTold() {
        try (DaemonHarness _ = DaemonHarness.start(
                home,
                server.uri(),
                agents.echoes(),
                new JsonObject().put("process", new JsonObject().put("maxConcurrentTasks", 1)))) {
            server.awaitHandshakes(1, PATIENCE);
            for (int round = 1; round <= 5; round++) {
                spawn();
                int ends = round;
                Await.until(
                        PATIENCE,
                        "end " + round,
                        () -> server.frames("taskComplete").size() >= ends);
            }
            assertThat(server.frames("taskComplete")).allMatch(frame -> frame.getBoolean("success"));
        }
    }

    @Test
    void aSpoolThatCannotBeMadeFailsTheTaskAtOnce() throws IOException {
        try (DaemonHarness daemon = daemon(agents.echoes())) {
            Files.writeString(daemon.home().resolve("spool").resolve(taskId), "in the way");
            spawn();
            assertThat(end().getString("error")).contains("spool");
        }
    }
}
