package dev.makima.daemon.agent;

import dev.makima.process.Launch;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The end of an agent's input, by which it learns that nothing more comes: begun when it has nothing to do, and over when
 * all that was sent is on its way. Used by the run's thread alone.
 */
public final class InputEnd {
    private final Launch launch;
    private boolean begun;
    private @Nullable Instant overAt;

    /** Of an agent that works. */
    public InputEnd(Launch launch) {
        this.launch = launch;
    }

    /** Nothing can be sent any more. */
    public boolean isOver() {
        return overAt != null;
    }

    /** It is about to be over: worth a look very soon. */
    public boolean isComing() {
        return begun && overAt == null;
    }

    /** There is more for the agent to do. */
    public void putOff() {
        begun = false;
    }

    /**
     * Begins it where the agent has nothing to do, and goes on with one that was begun.
     *
     * @param nothingToDo and nobody has anything for it
     */
    public void look(boolean nothingToDo, Instant now) {
        begun |= nothingToDo;
        if (isComing() && launch.endInput()) {
            overAt = now;
        }
    }

    /** It has a reason not to end yet: what it is given begins anew. */
    public void excuse(Instant now) {
        if (overAt != null) {
            overAt = now;
        }
    }

    /** An agent ends within milliseconds of its input. One that does not would keep its task running for ever. */
    public boolean isOutstayed(Duration limit, Instant now) {
        return overAt != null && now.isAfter(overAt.plus(limit));
    }
}
