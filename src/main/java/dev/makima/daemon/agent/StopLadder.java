package dev.makima.daemon.agent;

import dev.makima.agent.AgentInput;
import dev.makima.base.MakimaException;
import dev.makima.process.Launch;
import dev.makima.process.Signal;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How an agent is made to end: asked first, then told, then killed, each step only when the one before did not do.
 *
 * <p>The agent's own control channel comes first, since a signal loses the turn's result line, and a SIGTERM in the
 * middle of a tool leaves what the tool started. Advanced by the run's thread; not thread-safe.
 */
public final class StopLadder {
    private static final System.Logger LOG = System.getLogger(StopLadder.class.getName());

    private final Launch launch;
    private final List<Step> atOnce;
    private List<Step> steps;
    private int next;
    private Instant deadline;

    /** Starts at the first step, which is taken by the first {@link #advance}. */
    public StopLadder(Launch launch, StopTimes times, boolean graceful, Instant now) {
        this.launch = launch;
        this.atOnce = List.of(new Step(Action.TERMINATE, times.terminateAtOnce()), new Step(Action.KILL, times.kill()));
        this.steps = graceful
                ? List.of(
                        new Step(Action.ASK_INTERRUPT, times.interrupt()),
                        new Step(Action.ASK_END, times.end()),
                        new Step(Action.TERMINATE, times.terminate()),
                        new Step(Action.KILL, times.kill()))
                : atOnce;
        this.deadline = now;
    }

    /** One that kills at once, what stands still too. */
    public static StopLadder killing(Launch launch, StopTimes times, Instant now) {
        StopLadder ladder = new StopLadder(launch, times, false, now);
        ladder.steps = List.of(new Step(Action.KILL, times.kill()));
        return ladder;
    }

    /** It is to go faster: no more asking. Never slower, however often it is asked for. */
    public void hurry(Instant now) {
        boolean asking = steps.size() > atOnce.size() && next <= steps.size() - atOnce.size();
        if (asking) {
            steps = atOnce;
            next = 0;
            deadline = now;
        }
    }

    /** The agent's turn is over: asked to interrupt it, it has, and the next step need not wait. */
    public void turnEnded(Instant now) {
        if (next > 0 && steps.get(Math.min(next, steps.size()) - 1).action() == Action.ASK_INTERRUPT) {
            deadline = now;
        }
    }

    /** Takes the next step if the one before has had its time; the last is repeated until the agent is gone. */
    public void advance(Instant now) {
        boolean taken = now.isBefore(deadline);
        while (!taken) {
            Step step = steps.get(Math.min(next, steps.size() - 1));
            next++;
            deadline = now.plus(step.patience());
            // What cannot be asked any more is told at once.
            taken = take(step.action());
        }
    }

    private boolean take(Action action) {
        return switch (action) {
            case ASK_INTERRUPT -> ask(AgentInput.interrupt("makima-stop-" + next));
            case ASK_END -> ask(AgentInput.endSession("makima-stop-" + next));
            case TERMINATE -> {
                // A stopped process takes SIGTERM only once it is continued.
                launch.processes().resume();
                launch.processes().signalAgent(Signal.TERM);
                yield true;
            }
            case KILL -> {
                // An agent that has not said who it is yet has no group to signal: then whatever belongs to the run.
                if (!launch.processes().signalAgent(Signal.KILL)) {
                    launch.processes().terminate(Duration.ZERO);
                }
                yield true;
            }
        };
    }

    private boolean ask(String line) {
        try {
            launch.send(line);
            return true;
        } catch (MakimaException e) {
            // Its input has ended, or the disk is full: both leave the signals.
            LOG.log(Level.DEBUG, "the agent cannot be asked: {0}", e.what());
            return false;
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
