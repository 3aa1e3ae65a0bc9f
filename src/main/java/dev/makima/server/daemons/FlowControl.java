package dev.makima.server.daemons;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Bounds the output that waits for the database over all sockets: above 64 MiB the sockets are not read, below 32 MiB
 * they are again. To be used on one event loop.
 */
public final class FlowControl {
    /** How many bytes may wait before sockets are paused. */
    public static final long HIGH = 64L << 20;
    /** How many bytes may still wait when they are read again. */
    public static final long LOW = 32L << 20;

    private static final long FLOOD = 2L << 20;

    private final Set<DaemonSocket> sockets = new LinkedHashSet<>();
    private long waiting;
    private volatile boolean flooded;
    private boolean paused;

    /** How many bytes wait for the database. */
    public long waiting() {
        return waiting;
    }

    /** Whether more waits than what comes by the way: somebody prints as fast as he can. Any thread. */
    public boolean isFlooded() {
        return flooded;
    }

    void join(DaemonSocket socket) {
        sockets.add(socket);
        if (paused) {
            socket.pause();
        }
    }

    void leave(DaemonSocket socket) {
        sockets.remove(socket);
    }

    void add(long bytes) {
        waiting += bytes;
        flooded = waiting > FLOOD;
        if (!paused && waiting > HIGH) {
            paused = true;
            sockets.forEach(DaemonSocket::pause);
        }
    }

    void remove(long bytes) {
        waiting -= bytes;
        flooded = waiting > FLOOD;
        if (paused && waiting < LOW) {
            paused = false;
            sockets.forEach(DaemonSocket::resume);
        }
    }
}
