package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Stops, pauses and ends that come while another one is under way. */
class StopOverlapTest extends RunBench {
    private JsonObject task() {
        return BaseServer.spawnTask(taskId, "a task", "go");
    }

    private String lastState() {
        return server.frames("taskStatusChange").getLast().getString("newStatus");
    }

    /** Waits without starting anything: a process in the middle of a fork is no case for a pause. */
    private Path waits() {
        return agents.script("waits", "first_line\ninit\nsays ready\nwhile IFS= read -r line; do :; done\n");
    }

    @Test
    void anInterruptWhileASupervisorsAgentIsTimedOutEndsItsTask() {
        try (DaemonHarness _ = daemon(agents.ignoresTerm())) {
            server.send(task().put("isSupervisor", true).put("timeoutSecs", 1));
            awaitLine("The time limit of 1 s is reached");
            server.send(Peers.interrupt(taskId, true));
            awaitState("interrupted");
        }
    }

    @Test
    void aSupervisorWhoseAgentIsTimedOutWhilePausedIsPausedNoMore() {
        try (DaemonHarness _ = daemon(waits())) {
            // Long enough to be paused before it, on a busy machine too.
            server.send(task().put("isSupervisor", true).put("timeoutSecs", 4));
            awaitLine("\"ready\"");
            server.send(Peers.command("pauseTask", taskId));
            awaitState("paused");
            awaitLine("waits for the next message");
            Await.until(PATIENCE, "its state", () -> lastState().equals("running"));
            server.send(Peers.interrupt(taskId, true));
            awaitState("interrupted");
        }
    }

    /** Its last words may be read after it was stopped. */
    @Test
    void anAgentThatIsPausedAtItsEndIsNotTakenForOneThatDoesNotEnd() throws IOException {
        Path agent = agents.script("ends-paused", "first_line\ninit\nsays ready\nuntil_end_of_input\n");
        try (DaemonHarness _ = daemon(agent)) {
            server.send(task());
            awaitLine("\"ready\"");
            server.send(Peers.command("pauseTask", taskId));
            awaitState("paused");
            Files.writeString(
                    standardOutput(),
                    "{\"type\":\"result\",\"is_error\":false,\"result\":\"all done\"}\n",
                    StandardOpenOption.APPEND);
            awaitLine("all done");
            // Longer than an agent may take to end.
            long until = System.nanoTime() + 1_500_000_000L;
            Await.until(PATIENCE, "a moment", () -> System.nanoTime() > until);
            assertThat(lastState()).isEqualTo("paused");
            server.send(Peers.command("resumeTask", taskId));
            assertThat(end().getBoolean("success")).isTrue();
            assertThat(server.lines(taskId)).noneMatch(line -> line.contains("does not end"));
        }
    }

    private Path standardOutput() throws IOException {
        try (Stream<Path> runs = Files.list(home.resolve("spool").resolve(taskId))) {
            return runs.findFirst().orElseThrow().resolve("out");
        }
    }

    /** A message that an earlier daemon handed over is a turn that this one does not expect. */
    @Test
    void anAgentThatWorksOnAfterItsInputHasEndedIsNotStopped() {
        Path agent = agents.script("works-on", """
                first_line
                init
                result one
                until_end_of_input
                init
                says 'one more thing'
                sleep 4.5
                says 'that too'
                result two
                """);
        // Shorter than its work, and long enough for a busy machine to get to its first word.
        try (DaemonHarness _ = daemon(agent, DaemonHarness.exitingWithin(Duration.ofSeconds(3)))) {
            server.send(task());
            assertThat(end().getBoolean("success")).isTrue();
            assertThat(server.lines(taskId)).anyMatch(line -> line.contains("that too"));
            assertThat(server.lines(taskId)).noneMatch(line -> line.contains("does not end"));
        }
    }

    @Test
    void aTaskIsResumedThoughAToolStopsItselfAgain() {
        Path agent = agents.script("stops-itself", """
                first_line
                init
                sh -c 'while :; do kill -STOP $$; done' &
                says ready
                IFS= read -r second
                result done
                until_end_of_input
                """);
        try (DaemonHarness _ = daemon(agent)) {
            server.send(task());
            awaitLine("\"ready\"");
            server.send(Peers.command("pauseTask", taskId));
            awaitState("paused");
            server.send(Peers.command("resumeTask", taskId));
            // Whether the tool is seen to stand still, which is told then, is for the scheduler to say.
            server.await(
                    frame -> "paused".equals(frame.getString("oldStatus"))
                            && "running".equals(frame.getString("newStatus")),
                    PATIENCE);
            server.send(Peers.message(taskId, "that is all"));
            assertThat(end().getBoolean("success")).isTrue();
        }
    }

    @Test
    void aTimeLimitBeyondAllTimeIsNone() {
        try (DaemonHarness _ = daemon(agents.echoes())) {
            server.send(task().put("timeoutSecs", Long.MAX_VALUE));
            assertThat(end().getBoolean("success")).isTrue();
        }
    }
}
