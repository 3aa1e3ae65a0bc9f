package dev.makima.daemon.lease;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.protocol.RunVerdict;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The lease of one run, and what the server has said of it. Not thread-safe: {@link Leases} has the lock. */
final class Lease {
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    private final TaskId taskId;
    private long fence;
    private Duration length = SHORTEST;
    /** Where the clock of this boot is at its end. */
    private Duration deadline = Duration.ZERO;

    private @Nullable RunVerdict verdict;
    private boolean stoppedHere;

    /** One that is over until it is granted. */
    Lease(TaskId taskId, long fence) {
        this.taskId = taskId;
        this.fence = fence;
    }

    /** One that an earlier daemon left; that of an earlier boot is over. */
    static Lease of(SavedLease saved, String boot) {
        Lease lease = new Lease(saved.taskId(), saved.fence());
        lease.length = saved.length();
        lease.deadline = saved.boot().equals(boot) ? saved.deadline() : Duration.ZERO;
        return lease;
    }

    /** What is kept of it for the next daemon. */
    SavedLease saved(RunId runId, String boot) {
        return new SavedLease(taskId, runId, fence, length, boot, deadline);
    }

    TaskId taskId() {
        return taskId;
    }

    /** The newest hand-over by which the run goes on. */
    long fence() {
        return fence;
    }

    Duration length() {
        return length;
    }

    /** Whether the task is another daemon's. */
    boolean isFenced() {
        return verdict == RunVerdict.FENCED;
    }

    /** For how long the agent may work if nobody says more. */
    Term term(boolean binding) {
        return new Term(binding && verdict != RunVerdict.UNKNOWN ? deadline : Term.FOREVER, length);
    }

    /** A person at this machine ends the run, whatever the server says of it. */
    void stopHere() {
        stoppedHere = true;
    }

    /** The run was handed over, again or for the first time. */
    void grant(long newFence, Duration from, Duration given) {
        fence = Math.max(fence, newFence);
        renew(from, given);
    }

    /** It lasts so long from then, unless it does for longer already; what was said of the run before holds no more. */
    void renew(Duration from, Duration given) {
        length = bounded(given);
        verdict = null;
        Duration until = from.plus(length);
        if (until.compareTo(deadline) > 0) {
            deadline = until;
        }
    }

    /** The server has said what is to become of the run; that it goes on is no renewal. */
    void judge(RunVerdict said) {
        verdict = said == RunVerdict.CONTINUE ? null : said;
    }

    /**
     * What the run may do.
     *
     * @param binding whether the server knows leases
     */
    Standing standing(boolean binding, Duration now) {
        if (stoppedHere && !isFenced()) {
            return Standing.CANCELLED;
        }
        return switch (verdict) {
            case FENCED -> Standing.FENCED;
            case CANCEL -> Standing.CANCELLED;
            case UNKNOWN -> binding ? Standing.UNKNOWN : Standing.FREE;
            case CONTINUE -> Standing.FREE;
            case null -> !binding || now.compareTo(deadline) < 0 ? Standing.FREE : Standing.OVER;
        };
    }

    /** What a server says is bounded, so that a mistake there neither floods it with heartbeats nor binds for ever. */
    private static Duration bounded(Duration length) {
        Duration most = length.compareTo(LONGEST) > 0 ? LONGEST : length;
        return most.compareTo(SHORTEST) < 0 ? SHORTEST : most;
    }
}
