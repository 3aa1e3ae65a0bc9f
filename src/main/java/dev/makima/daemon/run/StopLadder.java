package dev.makima.daemon.run;

import dev.makima.agent.AgentInput;
import dev.makima.process.Launch;
import dev.makima.process.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How an agent is made to end: asked first, then told, then killed, each step only when the one before did not do.
 *
 * <p>The agent's own control channel comes first, since a signal loses the turn's result line, and a SIGTERM in the
 * middle of a tool leaves what the tool started. Advanced by the run's thread; not thread-safe.
 */
final class StopLadder {
    private static final List<Step> GRACEFUL = List.of(
            new Step(Action.ASK_INTERRUPT, Duration.ofSeconds(2)),
            new Step(Action.ASK_END, Duration.ofSeconds(2)),
            new Step(Action.TERMINATE, Duration.ofSeconds(10)),
            new Step(Action.KILL, Duration.ofSeconds(5)));
    private static final List<Step> AT_ONCE =
            List.of(new Step(Action.TERMINATE, Duration.ofSeconds(5)), new Step(Action.KILL, Duration.ofSeconds(5)));

    private final Launch launch;
    private final List<Step> steps;
    private int next;
    private Instant deadline;

    /** Starts at the first step, which is taken by the first {@link #advance}. */
    StopLadder(Launch launch, boolean graceful, Instant now) {
        this.launch = launch;
        this.steps = graceful ? GRACEFUL : AT_ONCE;
        this.deadline = now;
    }

    /** Takes the next step if the one before has had its time; the last is repeated until the agent is gone. */
    void advance(Instant now) {
        if (now.isBefore(deadline)) {
            return;
        }
        Step step = steps.get(Math.min(next, steps.size() - 1));
        next++;
        deadline = now.plus(step.patience());
        take(step.action());
    }

    private void take(Action action) {
        switch (action) {
            case ASK_INTERRUPT -> launch.send(AgentInput.interrupt("makima-stop-" + next));
            case ASK_END -> launch.send(AgentInput.endSession("makima-stop-" + next));
            case TERMINATE -> {
                // A stopped process takes SIGTERM only once it is continued.
                launch.processes().resume();
                launch.processes().signalAgent(Signal.TERM);
            }
            case KILL -> launch.processes().signalAgent(Signal.KILL);
        }
    }

    private enum Action {
        ASK_INTERRUPT,
        ASK_END,
        TERMINATE,
        KILL
    }

    private record Step(Action action, Duration patience) {}
}
