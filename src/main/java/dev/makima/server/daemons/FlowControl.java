package dev.makima.server.daemons;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Bounds the output that waits for the database over all sockets: above 64 MiB the sockets are not read, below 32 MiB
 * they are again. To be used on one event loop.
 */
public final class FlowControl {
    /** How many bytes may wait before sockets are paused. */
    public static final long HIGH = 64L << 20;
    /** How many bytes may still wait when they are read again. */
    public static final long LOW = 32L << 20;

    /** Up to this many bytes per second may come, and for a moment as many at once as {@link #BURST}. */
    private static final long RATE = 4L << 20;

    private static final long BURST = 1L << 20;
    /** Beyond this a flood is over so soon after its last byte: a sixteenth of a second. */
    private static final long MOST_COUNTED = BURST + RATE / 16;

    private final LongSupplier nanos;
    private final Set<DaemonConnection> sockets = new LinkedHashSet<>();
    private long waiting;
    private boolean paused;
    /** What came lately beyond the rate, in bytes, when it was last counted. */
    private long lately;

    private long countedAt;
    private volatile long floodedUntil;

    /** Nothing waits, and nothing came. */
    public FlowControl() {
        this(System::nanoTime);
    }

    /** With a clock of its own, as {@link System#nanoTime()}. */
    FlowControl(LongSupplier nanos) {
        this.nanos = nanos;
        this.countedAt = nanos.getAsLong();
        this.floodedUntil = countedAt;
    }

    /** How many bytes wait for the database. */
    public long waiting() {
        return waiting;
    }

    /** Whether more has come just now than comes by the way: somebody prints as fast as he can. Any thread. */
    public boolean isFlooded() {
        return nanos.getAsLong() - floodedUntil < 0;
    }

    void join(DaemonConnection socket) {
        sockets.add(socket);
        if (paused) {
            socket.pause();
        }
    }

    void leave(DaemonConnection socket) {
        sockets.remove(socket);
    }

    void add(long bytes) {
        waiting += bytes;
        count(bytes);
        if (!paused && waiting > HIGH) {
            paused = true;
            sockets.forEach(DaemonConnection::pause);
        }
    }

    void remove(long bytes) {
        waiting -= bytes;
        if (paused && waiting < LOW) {
            paused = false;
            sockets.forEach(DaemonConnection::resume);
        }
    }

    private void count(long bytes) {
        long now = nanos.getAsLong();
        long elapsed = Math.min(now - countedAt, TimeUnit.SECONDS.toNanos(1));
        countedAt = now;
        lately = Math.min(MOST_COUNTED, Math.max(0, lately - nanosToBytes(elapsed)) + bytes);
        floodedUntil = now + (lately - BURST) * TimeUnit.SECONDS.toNanos(1) / RATE;
    }

    private static long nanosToBytes(long elapsed) {
        return elapsed * RATE / TimeUnit.SECONDS.toNanos(1);
    }
}
