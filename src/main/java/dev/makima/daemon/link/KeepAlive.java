package dev.makima.daemon.link;

import dev.makima.config.DaemonConfig.ServerLink;
import dev.makima.daemon.bus.ActiveTasks;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.Heartbeat;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The signs of life on one connection: heartbeats and pings go out, and a server of which nothing is heard for too long
 * is taken for gone. Used on the link's context.
 */
final class KeepAlive {
    private final ServerLink server;
    private final Barrier barrier;
    private final Supplier<ActiveTasks> active;
    private final Consumer<DaemonFrame> send;
    private final Consumer<String> silent;
    private long lastHeard = System.nanoTime();

    /**
     * For a connection that was just made.
     *
     * @param silent takes the reason to end the connection, each time it looks and has one
     */
    KeepAlive(
            ServerLink server,
            Barrier barrier,
            Supplier<ActiveTasks> active,
            Consumer<DaemonFrame> send,
            Consumer<String> silent) {
        this.server = server;
        this.barrier = barrier;
        this.active = active;
        this.send = send;
        this.silent = silent;
    }

    /** The first heartbeat goes at once. */
    void start(Timers timers) {
        timers.every(server.pingInterval().toMillis(), this::ping);
        timers.every(server.heartbeatInterval().toMillis(), this::beat);
        beat();
    }

    /** Something came from the server, whatever it was. */
    void heard() {
        lastHeard = System.nanoTime();
    }

    private void beat() {
        ActiveTasks tasks = active.get();
        send.accept(Heartbeat.of(List.copyOf(tasks.states().keySet())));
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
