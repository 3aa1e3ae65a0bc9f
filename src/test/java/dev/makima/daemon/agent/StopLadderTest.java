package dev.makima.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.process.Launch;
import dev.makima.process.LaunchSpec;
import dev.makima.process.LaunchState;
import dev.makima.process.RunSpool;
import dev.makima.testkit.Await;
import dev.makima.testkit.HostileAgent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The steps by which an agent is ended, at the times the test says it is. */
class StopLadderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final StopTimes TIMES = StopTimes.DEFAULT;
    private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

    @TempDir
    private Path temp;

    private @Nullable Launch launch;

    @AfterEach
    void endAgent() {
        if (launch != null) {
            launch.processes().terminate(Duration.ZERO);
        }
    }

    /** An agent that notes each SIGTERM in a file and goes on. */
    private Launch stubborn() {
        Path deaf = temp.resolve("deaf");
        Path agent = new HostileAgent(temp).script("stubborn", """
                trap 'echo x >> "%s"' TERM
                : > '%s'
                while :; do sleep 0.02; done
                """.formatted(terms(), deaf));
        Launch started = start(agent);
        // It runs before it is told anything of what it is to do.
        Await.file(deaf, PATIENCE);
        return started;
    }

    private Launch start(Path agent) {
        RunSpool spool = RunSpool.create(
                temp.resolve("spool"), TaskId.of(UUID.randomUUID().toString()), new RunId(UUID.randomUUID()));
        Launch started = Launch.start(
                spool,
                1,
                new LaunchSpec(List.of(agent.toString()), temp, Map.of("PATH", System.getenv("PATH"))),
                Optional.empty());
        launch = started;
        Await.until(PATIENCE, "the agent", () -> started.state() instanceof LaunchState.Running);
        return started;
    }

    private Path terms() {
        return temp.resolve("terms");
    }

    private static List<String> asked(Launch launch) {
        try {
            return Files.readAllLines(launch.directory().resolve("in"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Instant after(Duration... waits) {
        Instant time = START;
        for (Duration wait : waits) {
            time = time.plus(wait);
        }
        return time;
    }

    @Test
    void gracefulIsAskedTwiceThenToldThenKilledEachInItsTime() {
        Launch agent = stubborn();
        StopLadder ladder = new StopLadder(agent, TIMES, true, START);
        ladder.advance(START);
        ladder.advance(START.plusMillis(1999));
        assertThat(asked(agent)).singleElement().asString().contains("\"interrupt\"");
        ladder.advance(after(TIMES.interrupt()));
        ladder.advance(after(TIMES.interrupt()).plusMillis(1999));
        assertThat(asked(agent)).hasSize(2).last().asString().contains("\"end_session\"");
        assertThat(terms()).doesNotExist();
        Instant told = after(TIMES.interrupt(), TIMES.end());
        ladder.advance(told);
        Await.file(terms(), PATIENCE);
        ladder.advance(told.plusMillis(9999));
        assertThat(agent.state()).isInstanceOf(LaunchState.Running.class);
        ladder.advance(told.plus(TIMES.terminate()));
        Await.until(PATIENCE, "its end", () -> agent.state().isFinal());
        assertThat(agent.state()).isEqualTo(new LaunchState.Exited(137));
        assertThat(asked(agent)).hasSize(2);
    }

    @Test
    void notGracefulIsToldAtOnceAndKilledAfterFiveSeconds() {
        Launch agent = stubborn();
        StopLadder ladder = new StopLadder(agent, TIMES, false, START);
        ladder.advance(START);
        Await.file(terms(), PATIENCE);
        assertThat(asked(agent)).isEmpty();
        ladder.advance(START.plusMillis(4999));
        assertThat(agent.state()).isInstanceOf(LaunchState.Running.class);
        ladder.advance(START.plusSeconds(5));
        Await.until(PATIENCE, "its end", () -> agent.state().isFinal());
    }

    @Test
    void hurryingEndsTheAskingAndNothingElse() {
        Launch agent = stubborn();
        StopLadder ladder = new StopLadder(agent, TIMES, true, START);
        ladder.advance(START);
        ladder.hurry(START.plusMillis(100));
        ladder.advance(START.plusMillis(100));
        Await.file(terms(), PATIENCE);
        assertThat(asked(agent)).hasSize(1);
        // It was told: hurrying again does not tell it again, and does not put off the end either.
        ladder.hurry(START.plusSeconds(3));
        ladder.advance(START.plusSeconds(3));
        assertThat(agent.state()).isInstanceOf(LaunchState.Running.class);
        ladder.advance(START.plusMillis(5100));
        Await.until(PATIENCE, "its end", () -> agent.state().isFinal());
    }

    @Test
    void anAgentWhoseInputHasEndedIsToldAtOnce() {
        Launch agent = stubborn();
        Await.until(PATIENCE, "the end of its input", agent::endInput);
        StopLadder ladder = new StopLadder(agent, TIMES, true, START);
        ladder.advance(START);
        Await.file(terms(), PATIENCE);
        assertThat(asked(agent)).isEmpty();
    }

    @Test
    void anAgentThatStandsStillTakesItsTerm() {
        Launch agent = start(new HostileAgent(temp).silent());
        assertThat(agent.processes().pause()).isTrue();
        new StopLadder(agent, TIMES, false, START).advance(START);
        Await.until(PATIENCE, "its end", () -> agent.state().isFinal());
        assertThat(agent.state()).isEqualTo(new LaunchState.Exited(143));
    }
}
