package dev.makima.daemon.link;

import dev.makima.base.TaskId;
import dev.makima.config.DaemonConfig.ServerLink;
import dev.makima.daemon.bus.ActiveTasks;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.Heartbeat;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The signs of life on one connection: heartbeats and pings go out, and a server of which nothing is heard for too long
 * is taken for gone. Used on the link's context.
 */
final class KeepAlive {
    private static final long LEASES_EVERY_MILLIS = 250;

    private final ServerLink server;
    private final Barrier barrier;
    private final Supplier<ActiveTasks> active;
    private final @Nullable LeaseBeats beats;
    private final Consumer<DaemonFrame> send;
    private final Consumer<String> silent;
    private long lastHeard = System.nanoTime();

    /**
     * For a connection that was just made.
     *
     * @param beats what the server is told of leases; null for one that knows none
     * @param silent takes the reason to end the connection, each time it looks and has one
     */
    KeepAlive(
            ServerLink server,
            Barrier barrier,
            Supplier<ActiveTasks> active,
            @Nullable LeaseBeats beats,
            Consumer<DaemonFrame> send,
            Consumer<String> silent) {
        this.server = server;
        this.barrier = barrier;
        this.active = active;
        this.beats = beats;
        this.send = send;
        this.silent = silent;
    }

    /** The first heartbeat goes at once. */
    void start(Timers timers) {
        timers.every(server.pingInterval().toMillis(), this::ping);
        timers.every(server.heartbeatInterval().toMillis(), this::beat);
        timers.every(LEASES_EVERY_MILLIS, this::beatIfDue);
        beat();
    }

    /** Something came from the server, whatever it was. */
    void heard() {
        lastHeard = System.nanoTime();
    }

    /** A lease that is new, or that is a good part over, is renewed at once. */
    void beatIfDue() {
        if (beats != null && beats.isDue()) {
            beat();
        }
    }

    private void beat() {
        ActiveTasks tasks = active.get();
        List<TaskId> ids = List.copyOf(tasks.states().keySet());
        send.accept(beats == null ? Heartbeat.of(ids) : beats.next(ids));
        SupervisorBeats.of(tasks, Instant.now()).forEach(send);
    }

    private void ping() {
        long silence = System.nanoTime() - lastHeard;
        if (silence > server.pingDeadline().toNanos()) {
            silent.accept("nothing was heard for " + silence / 1_000_000_000 + " s");
        } else {
            barrier.mark();
        }
    }
}
