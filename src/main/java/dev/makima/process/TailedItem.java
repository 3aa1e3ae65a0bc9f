package dev.makima.process;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/** One thing that the tailer looks at, and when it does so next. */
abstract class TailedItem implements Tailer.Subscription {
    /** The longest time between two looks. */
    static final long IDLE_NANOS = 250_000_000;

    private static final long FIRST_NANOS = 1_000_000;
    private static final long BUSY_NANOS = 20_000_000;
    private static final long LIVELY_NANOS = 2_000_000_000;
    /** Looks that are not urgent fall on these, so that hundreds of quiet files wake the thread together. */
    private static final long BUSY_GRID_NANOS = BUSY_NANOS / 4;

    private static final long IDLE_GRID_NANOS = IDLE_NANOS / 4;

    /** What a look did. */
    enum Outcome {
        /** There was something, and there may be more: look again in the next round. */
        MORE,
        /** There is nothing now. */
        NOTHING,
        /** There may be something, but nobody wants it. */
        BLOCKED,
        /** This is over. */
        ENDED
    }

    private final Tailer tailer;
    /** Held while something is handed over. */
    private final ReentrantLock handing = new ReentrantLock();

    // Written under this object's lock: several threads say when the next look is due.
    private volatile long due = System.nanoTime();
    private volatile long interval = FIRST_NANOS;
    private long lastActivity = due;
    private boolean blocked;
    private boolean looking;
    /** Whether somebody nudged during a look: then its outcome is stale. */
    private boolean nudged;

    private volatile boolean closed;

    TailedItem(Tailer tailer) {
        this.tailer = tailer;
    }

    /** One look, on the tailer's thread. */
    abstract Outcome look(ByteBuffer buffer);

    /** Lets go of what it holds; called with the lock, once or more. */
    abstract void release();

    final void step(ByteBuffer buffer) {
        if (closed) {
            return;
        }
        beginLook();
        Outcome outcome = look(buffer);
        if (outcome == Outcome.ENDED) {
            close();
            return;
        }
        plan(outcome, System.nanoTime());
    }

    final boolean isDue(long now) {
        return due - now <= 0;
    }

    final long dueIn(long now) {
        return due - now;
    }

    /** Makes it due where it waits for demand, or may be finding out right now that it has to; true where it did. */
    final synchronized boolean wakeWhereBlocked(long now) {
        if (!blocked && !looking) {
            return false;
        }
        hurry(now);
        return true;
    }

    @Override
    public final void nudge() {
        synchronized (this) {
            hurry(System.nanoTime());
        }
        tailer.unpark();
    }

    @Override
    public final void close() {
        handing.lock();
        try {
            closed = true;
            release();
        } finally {
            handing.unlock();
        }
        tailer.remove(this);
    }

    /** Runs the action unless this is closed, and lets nobody close or seek meanwhile. */
    final boolean handing(Runnable action) {
        handing.lock();
        try {
            if (closed) {
                return false;
            }
            action.run();
            return true;
        } finally {
            handing.unlock();
        }
    }

    /** Whether nothing has come for some looks; on the tailer's thread. */
    final boolean isQuiet() {
        return interval >= BUSY_NANOS;
    }

    private synchronized void beginLook() {
        nudged = false;
        looking = true;
    }

    private void hurry(long now) {
        nudged = true;
        interval = FIRST_NANOS;
        due = now;
        lastActivity = now;
    }

    private synchronized void plan(Outcome outcome, long now) {
        blocked = outcome == Outcome.BLOCKED;
        looking = false;
        if (outcome == Outcome.MORE) {
            interval = FIRST_NANOS;
            lastActivity = now;
            due = now;
        } else if (!nudged) {
            due = onGrid(now + interval);
            long longest = now - lastActivity < LIVELY_NANOS ? BUSY_NANOS : IDLE_NANOS;
            interval = Math.min(interval * 3 / 2, longest);
        }
    }

    /** The time itself where it is near, else the last common time before it. */
    private long onGrid(long time) {
        if (interval < BUSY_NANOS) {
            return time;
        }
        long grid = interval < IDLE_NANOS ? BUSY_GRID_NANOS : IDLE_GRID_NANOS;
        return Math.floorDiv(time, grid) * grid;
    }
}
