package dev.makima.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.testkit.BaseServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * A daemon in a process of its own ends by an error that no daemon survives; what the next one can do with its agents. After
 * SIGKILL they are the same, which {@link DeadDaemonTest} is for.
 */
class CrashedDaemonTest extends RunBench {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final List<String> PLANS = List.of("be-told", "be-paused", "be-stopped", "end-badly", "take-long");

    private final Map<String, String> tasks = PLANS.stream()
            .collect(
                    Collectors.toMap(Function.identity(), _ -> UUID.randomUUID().toString()));

    private String id(String plan) {
        return Objects.requireNonNull(tasks.get(plan));
    }

    /** Does as its plan says. */
    private Path agent() {
        return agents.script("does-as-told", """
                IFS= read -r first
                init
                case $first in
                *be-told*)
                    says 'be-told waits'
                    IFS= read -r second
                    case $second in *'thank you'*) says 'got thanks' ;; esac
                    result done
                    until_end_of_input
                    ;;
                *be-paused*)
                    says 'be-paused waits'
                    IFS= read -r second
                    result done
                    until_end_of_input
                    ;;
                *end-badly*)
                    says 'end-badly waits'
                    while [ ! -e '%s' ]; do sleep 0.02; done
                    echo 'no luck' >&2
                    exit 7
                    ;;
                *be-stopped*) says 'be-stopped waits' ;;
                *take-long*) says 'take-long waits' ;;
                esac
                exec sleep 600
                """.formatted(temp.resolve("end")));
    }

    private void awaitState(String plan, String state) {
        server.await(
                frame -> state.equals(frame.getString("newStatus")) && id(plan).equals(frame.getString("taskId")),
                LONG);
    }

    private JsonObject end(String plan) {
        return server.await("taskComplete", id(plan), LONG);
    }

    @Test
    void theNextDaemonHasTheAgentsInHandAsItsOwn() throws IOException, InterruptedException {
        Path agent = agent();
        // As the start-up script has it.
        Process first = LoneDaemon.start(
                home, server.uri(), agent, temp.resolve("alone.log"), "-Xmx256m", "-XX:+ExitOnOutOfMemoryError");
        try {
            server.awaitHandshakes(1, LONG);
            tasks.forEach((plan, id) -> server.send(BaseServer.spawnTask(id, plan, plan)));
            for (String plan : PLANS) {
                server.await(frame -> frame.getString("output", "").contains(plan + " waits"), LONG);
                awaitState(plan, "running");
            }
            first.outputWriter().append(LoneDaemon.EXHAUST).flush();
            assertThat(first.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            first.destroyForcibly();
        }
        assertThat(first.exitValue()).as("ended by the error").isEqualTo(3);
        assertThat(temp.resolve("alone.log")).content().contains("OutOfMemoryError");
        // One ends while no daemon looks.
        Files.createFile(temp.resolve("end"));
        try (DaemonHarness _ = daemon(agent)) {
            server.send(Peers.command("pauseTask", id("be-paused")));
            awaitState("be-paused", "paused");
            server.send(Peers.message(id("be-told"), "thank you"));
            assertThat(end("be-told").getBoolean("success")).isTrue();
            assertThat(server.lines(id("be-told"))).anyMatch(line -> line.contains("got thanks"));
            assertThat(end("end-badly").getString("error")).contains("exit code 7", "no luck");
            server.send(Peers.interrupt(id("be-stopped"), false));
            awaitState("be-stopped", "interrupted");
            server.send(Peers.command("resumeTask", id("be-paused")));
            server.send(Peers.message(id("be-paused"), "go on"));
            assertThat(end("be-paused").getBoolean("success")).isTrue();
        }
        JsonObject limit = new JsonObject().put("process", new JsonObject().put("defaultTimeoutSecs", 1));
        try (DaemonHarness _ = daemon(agent, limit)) {
            // It has worked for longer than that, most of it for another daemon.
            assertThat(end("take-long").getString("error")).contains("timed out after 1 s");
        }
        assertThat(server.frames("taskRecoveryDetected")).isEmpty();
        assertThat(server.frames("taskComplete")).hasSize(4);
    }
}
