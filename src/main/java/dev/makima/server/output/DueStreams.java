package dev.makima.server.output;

import dev.makima.base.TaskId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which streams are to be looked at, in turns, and what of them is being written. Those whose backlog is large give way
 * while output floods in: they get a part of the time only, so that what a daemon waits for, and what somebody watches
 * of other tasks, comes before what nobody can read that fast.
 *
 * <p>Thread-safe; {@link #next} belongs to one thread.
 */
final class DueStreams {
    /** How many batches of a stream are written at once. */
    static final int BATCHES_UNDER_WAY = 2;

    /** How long a flood goes on before any of it becomes entries. */
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A flood's entries wait so many times as long as each turn of them took. */
    private static final int WAITS_FOR_TURNS = 4;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final BooleanSupplier flooded;
    private final LongSupplier nanos;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Long> streams = new LinkedHashSet<>();
    private final Set<TaskId> tasks = new LinkedHashSet<>();
    private final Set<Long> large = new HashSet<>();
    private final Map<Long, Integer> underWay = new HashMap<>();
    private final Map<Long, Throwable> failures = new LinkedHashMap<>();
    private boolean calm = true;
    private long givesWayUntil;
    private boolean closed;

    /**
     * Nothing yet.
     *
     * @param flooded whether more output comes than by the way; any thread
     * @param nanos a clock as {@link System#nanoTime()}
     */
    DueStreams(BooleanSupplier flooded, LongSupplier nanos) {
        this.flooded = flooded;
        this.nanos = nanos;
    }

    /** What is to be done next. */
    sealed interface Due {
        /** A stream may have grown or been closed. */
        record Stream(long id) implements Due {}

        /** The streams of a task may have been closed. */
        record Task(TaskId id) implements Due {}

        /** What was made of a stream could not be written; nothing of it is under way any more. */
        record Failure(long id, Throwable why) implements Due {}
    }

    /** The stream may have grown. */
    void add(long streamId) {
        locked(() -> streams.add(streamId));
    }

    /** The task's streams may have been closed. */
    void add(TaskId taskId) {
        locked(() -> tasks.add(taskId));
    }

    /** Ends all waiting. */
    void close() {
        locked(() -> closed = true);
    }

    /**
     * Waits for something to do, and takes it out.
     *
     * @param known whether it is known how far a stream was read, so that it can be looked at while it is written
     * @return empty once this is closed
     */
    Optional<Due> next(LongPredicate known) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                Due due = take(known);
                if (due != null) {
                    return Optional.of(due);
                }
                if (large.isEmpty()) {
                    changed.await();
                } else {
                    long _ = changed.awaitNanos(LOOK_NANOS);
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the stream, found to have a large backlog, has to wait; it is looked at again then. */
    boolean givesWay(long streamId) {
        lock.lock();
        try {
            if (!floodGoesFirst()) {
                large.remove(streamId);
                return false;
            }
            large.add(streamId);
            streams.add(streamId);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A turn of a stream with a large backlog is over. */
    void tookTurn(long tookNanos) {
        locked(() -> givesWayUntil = nanos.getAsLong() + WAITS_FOR_TURNS * tookNanos);
    }

    /** Waits until one more batch of the stream may be written, and counts it; false where this is closed. */
    boolean begin(long streamId) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && underWay.getOrDefault(streamId, 0) >= BATCHES_UNDER_WAY) {
                changed.await();
            }
            if (!closed) {
                underWay.merge(streamId, 1, Integer::sum);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /** A batch of the stream is committed, or has failed. */
    void end(long streamId, @Nullable Throwable failure) {
        locked(() -> {
            underWay.computeIfPresent(streamId, (_, count) -> count == 1 ? null : count - 1);
            if (failure != null) {
                failures.putIfAbsent(streamId, failure);
            }
        });
    }

    /** Whether nothing of the stream is being written. */
    boolean isSettled(long streamId) {
        lock.lock();
        try {
            return !underWay.containsKey(streamId);
        } finally {
            lock.unlock();
        }
    }

    /** Waits so long, or until this is closed. */
    void pause(long waitNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = waitNanos;
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Due take(LongPredicate known) {
        for (Iterator<Map.Entry<Long, Throwable>> each = failures.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Long, Throwable> failure = each.next();
            if (!underWay.containsKey(failure.getKey())) {
                each.remove();
                return new Due.Failure(failure.getKey(), failure.getValue());
            }
        }
        for (Iterator<TaskId> each = tasks.iterator(); each.hasNext(); ) {
            TaskId task = each.next();
            each.remove();
            return new Due.Task(task);
        }
        boolean floodFirst = floodGoesFirst();
        for (Iterator<Long> each = streams.iterator(); each.hasNext(); ) {
            long id = each.next();
            if (isFree(id, known) && !(floodFirst && large.contains(id))) {
                each.remove();
                return new Due.Stream(id);
            }
        }
        return null;
    }

    private boolean isFree(long id, LongPredicate known) {
        int batches = underWay.getOrDefault(id, 0);
        return batches == 0 || batches < BATCHES_UNDER_WAY && !failures.containsKey(id) && known.test(id);
    }

    private boolean floodGoesFirst() {
        if (!flooded.getAsBoolean()) {
            calm = true;
            return false;
        }
        long now = nanos.getAsLong();
        if (calm) {
            calm = false;
            givesWayUntil = now + FIRST_NANOS;
        }
        return now - givesWayUntil < 0;
    }

    private void locked(Runnable action) {
        lock.lock();
        try {
            action.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
