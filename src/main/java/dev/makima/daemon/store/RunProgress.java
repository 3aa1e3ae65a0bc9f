package dev.makima.daemon.store;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a run has come over its launches: what a daemon that takes it over goes on counting from.
 *
 * @param startedAt when the first agent process was started, or null before that
 * @param concluded the number of the last launch that ended and from whose end the conclusion was drawn; while it is the
 *     number of the last launch, the run has no agent
 * @param outputFrom where the last launch's part of the standard output begins
 * @param answered whether any launch has ended a turn: then the agent has the conversation
 * @param costBefore what the conversation had cost before the run, in USD; null where it is resumed and nobody knows
 * @param cost what the conversation has cost as far as the run has looked, likewise
 * @param loop how an autonomous loop gets on
 * @param pausedByLease whether a run that is paused is so only until its lease is in force again
 */
public record RunProgress(
        @Nullable Instant startedAt,
        int concluded,
        long outputFrom,
        boolean answered,
        @Nullable BigDecimal costBefore,
        @Nullable BigDecimal cost,
        LoopProgress loop,
        boolean pausedByLease) {
    /** A run that has not begun. */
    public static final RunProgress NONE = new RunProgress(null, 0, 0, false, null, null, LoopProgress.NONE, false);

    /** A run that has not begun, of a task whose conversation has cost this much, or nobody knows. */
    public static RunProgress after(@Nullable BigDecimal cost) {
        return new RunProgress(null, 0, 0, false, null, cost, LoopProgress.NONE, false);
    }

    /**
     * One more agent process is about to be started.
     *
     * @param start from when on the time limit counts
     * @param output the length of the standard output
     * @param resumed whether it goes on with a conversation
     */
    public RunProgress launched(Instant start, long output, boolean resumed) {
        boolean first = startedAt == null;
        @Nullable BigDecimal already = resumed ? cost : BigDecimal.ZERO;
        return new RunProgress(
                start,
                concluded,
                output,
                answered,
                first ? already : costBefore,
                first ? already : cost,
                loop,
                pausedByLease);
    }

    /**
     * The conversation has cost this much by now.
     *
     * @param total null where nothing more is known
     */
    public RunProgress spent(@Nullable BigDecimal total) {
        if (total == null) {
            return this;
        }
        // What a conversation of unknown cost has cost at the first look is taken for what it had cost before.
        @Nullable BigDecimal before = startedAt != null && costBefore == null ? total : costBefore;
        return new RunProgress(startedAt, concluded, outputFrom, true, before, total, loop, pausedByLease);
    }

    /** The launch of that number has ended, and the run goes on without it. */
    public RunProgress concluded(int launch) {
        return new RunProgress(startedAt, launch, outputFrom, answered, costBefore, cost, loop, pausedByLease);
    }

    /** What the run has cost, as far as that is known. */
    public BigDecimal ownCost() {
        return cost == null || costBefore == null
                ? BigDecimal.ZERO
                : cost.subtract(costBefore).max(BigDecimal.ZERO);
    }

    /** The same with the loop's count. */
    public RunProgress withLoop(LoopProgress next) {
        return new RunProgress(startedAt, concluded, outputFrom, answered, costBefore, cost, next, pausedByLease);
    }

    /** The same where a pause lasts until the lease is in force again, or until somebody ends it. */
    public RunProgress pausedByLease(boolean byLease) {
        return new RunProgress(startedAt, concluded, outputFrom, answered, costBefore, cost, loop, byLease);
    }

    /** All but the time of the start, which has a column of its own. */
    String toJson() {
        return new JsonObject()
                .put("concluded", concluded)
                .put("outputFrom", outputFrom)
                .put("answered", answered)
                .put("costBefore", text(costBefore))
                .put("cost", text(cost))
                .put("loop", loop.toJson())
                .put("pausedByLease", pausedByLease)
                .encode();
    }

    static RunProgress of(@Nullable Instant startedAt, @Nullable String text) {
        if (text == null) {
            return new RunProgress(startedAt, 0, 0, false, null, null, LoopProgress.NONE, false);
        }
        JsonObject json = new JsonObject(text);
        return new RunProgress(
                startedAt,
                json.getInteger("concluded", 0),
                json.getLong("outputFrom", 0L),
                json.getBoolean("answered", false),
                amount(json.getString("costBefore")),
                amount(json.getString("cost")),
                LoopProgress.of(json.getJsonObject("loop")),
                json.getBoolean("pausedByLease", false));
    }

    private static @Nullable String text(@Nullable BigDecimal amount) {
        return amount == null ? null : amount.toPlainString();
    }

    private static @Nullable BigDecimal amount(@Nullable String text) {
        return text == null ? null : new BigDecimal(text);
    }
}
