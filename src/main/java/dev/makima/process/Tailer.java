package dev.makima.process;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Reads all growing files for all who follow them, on one daemon thread with one buffer.
 *
 * <p>It asks for the files' lengths instead of having the kernel tell it: a question costs a microsecond and is the same
 * on every file system, while Java's watch service needs a thread of its own, batches, and loses events when many come.
 * How often it asks is each file's own affair: every millisecond or so right after something happened to it, growing to
 * 20 ms in the two seconds after that, and to 250 ms where nothing happens. So a hundred idle agents cost nothing beside
 * a busy one.
 *
 * <p>Thread-safe.
 */
public final class Tailer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Tailer.class.getName());
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final long CLOSE_MILLIS = 5_000;

    private final List<TailedItem> items = new CopyOnWriteArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private final Thread thread;
    private volatile boolean closed;

    /** Starts the thread. */
    public Tailer() {
        thread = Thread.ofPlatform().daemon().name("tailer").start(this::run);
    }

    /** What one gets for following: where it is, and how to direct it. Thread-safe. */
    public interface Subscription {
        /**
         * Goes on from there instead, backwards or forwards: the next accept that begins after this call begins there.
         * Waits for an accept that runs right now, unless called from it.
         */
        void seek(long offset);

        /** Up to where the file was handed over. */
        long position();

        /** Looks at the file at once, and often for a while: something is about to come. */
        void nudge();

        /**
         * Ends it: after the return nothing is handed over any more. Waits for an accept that runs right now, unless
         * called from it. Closing again does nothing.
         */
        void close();
    }

    /**
     * Follows the file.
     *
     * @param from the offset of the first byte wanted, at most the file's length
     * @throws IllegalStateException after {@link #close()}
     */
    public Subscription follow(Path file, long from, Follower follower) {
        if (from < 0) {
            throw new IllegalArgumentException("no offset: " + from);
        }
        return add(new TailedFile(file, from, follower, this));
    }

    /**
     * Tells the end of a launch, once, on the tailer's thread: within 20 ms or so where it was {@linkplain
     * Subscription#nudge() nudged} lately, else within a quarter of a second.
     *
     * @param onEnd is given {@link LaunchState.Exited} or {@link LaunchState.Lost}; never waits
     * @return with no position: only nudge and close do something
     * @throws IllegalStateException after {@link #close()}
     */
    public Subscription watch(Launch launch, Consumer<LaunchState> onEnd) {
        return add(new WatchedLaunch(launch, onEnd, this));
    }

    /** Somebody's demand grew: looks at once at the files that waited for that. */
    public void wake() {
        long now = System.nanoTime();
        boolean any = false;
        for (TailedItem item : items) {
            any |= item.wakeWhereBlocked(now);
        }
        if (any) {
            LockSupport.unpark(thread);
        }
    }

    /** Ends everything: after the return nothing is handed over any more. Closing again does nothing. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        items.forEach(TailedItem::close);
        if (!Thread.currentThread().equals(thread)) {
            join();
        }
    }

    /** Has the thread look again at what is due. */
    void unpark() {
        LockSupport.unpark(thread);
    }

    /** Forgets an item. */
    void remove(TailedItem item) {
        items.remove(item);
    }

    private Subscription add(TailedItem item) {
        if (closed) {
            throw new IllegalStateException("the tailer is closed");
        }
        items.add(item);
        LockSupport.unpark(thread);
        return item;
    }

    private void run() {
        while (!closed) {
            long now = System.nanoTime();
            long wait = TailedItem.IDLE_NANOS;
            for (TailedItem item : items) {
                // One piece each, and round again: a file with much to say does not hold the others up.
                if (item.isDue(now)) {
                    step(item);
                }
                wait = Math.min(wait, item.dueIn(System.nanoTime()));
            }
            if (wait > 0 && !closed) {
                LockSupport.parkNanos(this, wait);
            }
        }
    }

    private void step(TailedItem item) {
        try {
            item.step(buffer);
        } catch (Throwable e) {
            // A follower's mistake, even an Error, must not silence all others; the virtual machine's own end does.
            LOG.log(Level.ERROR, "dropped: " + item + " failed", e);
            item.close();
        }
    }

    private void join() {
        boolean interrupted = false;
        long deadline = System.nanoTime() + CLOSE_MILLIS * 1_000_000;
        while (thread.isAlive() && System.nanoTime() - deadline < 0) {
            try {
                thread.join(100);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
