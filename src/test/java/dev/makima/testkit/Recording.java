package dev.makima.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * An append-only log that tests wait on without polling. Any thread may add and read; waiting is not for event loops.
 *
 * @param <T> what is recorded; values must be immutable or never changed after they were added
 */
public final class Recording<T> {
    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final List<T> entries = new ArrayList<>();

    /**
     * An empty log.
     *
     * @param name what is recorded, in the plural, for the message of a failed wait
     */
    public Recording(String name) {
        this.name = name;
    }

    /** Appends one entry and wakes those who wait. */
    public void add(T entry) {
        lock.lock();
        try {
            entries.add(entry);
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** A copy of all entries so far, oldest first. */
    public List<T> entries() {
        lock.lock();
        try {
            return List.copyOf(entries);
        } finally {
            lock.unlock();
        }
    }

    /** The number of entries so far. */
    public int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }

    /** All entries so far, which it forgets: none can come between the two. */
    public List<T> take() {
        lock.lock();
        try {
            List<T> taken = List.copyOf(entries);
            entries.clear();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all entries. */
    public void clear() {
        lock.lock();
        try {
            entries.clear();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The first entry that fits, past or coming.
     *
     * @throws AssertionError with the last entries where none came in time
     */
    public T await(Predicate<? super T> fitting, Duration patience) {
        return awaitNth(1, fitting, patience);
    }

    /**
     * The nth (from 1) entry that fits, past or coming.
     *
     * @throws AssertionError with the last entries where it did not come in time
     */
    public T awaitNth(int n, Predicate<? super T> fitting, Duration patience) {
        return waitFor(new Search<>(n, fitting), patience);
    }

    /**
     * Waits until the number of entries fits and returns them all.
     *
     * @throws AssertionError with the last entries where it did not in time
     */
    public List<T> awaitSize(IntPredicate fitting, Duration patience) {
        return waitFor(all -> fitting.test(all.size()) ? Optional.of(List.copyOf(all)) : Optional.empty(), patience);
    }

    /** Looks only at what is new since the last look: 200,000 entries while someone waits must stay cheap. */
    private static final class Search<T> implements Function<List<T>, Optional<T>> {
        private final Predicate<? super T> fitting;
        private int missing;
        private int next;

        Search(int n, Predicate<? super T> fitting) {
            this.missing = n;
            this.fitting = fitting;
        }

        @Override
        public Optional<T> apply(List<T> all) {
            // A log that was cleared meanwhile starts anew.
            next = next > all.size() ? 0 : next;
            while (next < all.size()) {
                T entry = all.get(next++);
                if (fitting.test(entry) && --missing == 0) {
                    return Optional.of(entry);
                }
            }
            return Optional.empty();
        }
    }

    private <R> R waitFor(Function<List<T>, Optional<R>> search, Duration patience) {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (true) {
                Optional<R> found = search.apply(entries);
                if (found.isPresent()) {
                    return found.get();
                }
                if (left <= 0) {
                    throw new AssertionError("Not seen within " + patience + " among " + entries.size() + " " + name
                            + ", the last of which are:\n" + tail());
                }
                left = grown.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting for " + name, interrupted);
        } finally {
            lock.unlock();
        }
    }

    private String tail() {
        StringBuilder text = new StringBuilder();
        for (T entry : entries.subList(Math.max(0, entries.size() - 10), entries.size())) {
            String line = String.valueOf(entry);
            text.append("  ").append(line, 0, Math.min(line.length(), 500)).append('\n');
        }
        return text.toString();
    }
}
