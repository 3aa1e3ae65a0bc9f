package dev.makima.testkit;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A wire between two peers that a test can cut, freeze and mend, so that connections fail between the real daemon and
 * the real server without either being asked to play along. All methods may be called by any thread but an event loop.
 */
public final class TcpRelay implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private record Wire(NetSocket near, NetSocket far) {
        void cut() {
            var _ = near.close();
            var _ = far.close();
        }

        void freeze() {
            near.pause();
            far.pause();
        }

        void thaw() {
            near.resume();
            far.resume();
        }
    }

    private final NetServer server;
    private final NetClient client;
    private final int target;
    private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
    private final Recording<Wire> connected = new Recording<>("relayed connections");
    private volatile boolean refusing;
    private volatile boolean frozen;

    private TcpRelay(Vertx vertx, int target) {
        this.target = target;
        this.client = vertx.createNetClient();
        this.server = vertx.createNetServer(
                new NetServerOptions().setHost("127.0.0.1").setPort(0).setTcpNoDelay(true));
        server.connectHandler(this::accept);
    }

    /** Starts a relay on a free loopback port to another loopback port. */
    public static TcpRelay start(Vertx vertx, int target) {
        TcpRelay relay = new TcpRelay(vertx, target);
        Await.value(relay.server.listen(), START_LIMIT);
        return relay;
    }

    /** The port to connect to instead of the target's. */
    public int port() {
        return server.actualPort();
    }

    /** Waits until so many connections were relayed in all. */
    public void awaitConnections(int count, Duration patience) {
        connected.awaitSize(size -> size >= count, patience);
    }

    /** Cuts every connection; new ones are taken unless {@link #refuse} says otherwise. */
    public void cut() {
        wires.forEach(Wire::cut);
    }

    /** Cuts every connection and, until told otherwise, each new one at once. */
    public void refuse(boolean refuse) {
        refusing = refuse;
        if (refuse) {
            cut();
        }
    }

    /** Passes nothing on in either direction, with all connections left open, as a network that fell silent. */
    public void freeze() {
        frozen = true;
        wires.forEach(Wire::freeze);
    }

    /** Passes on what was frozen and what comes. */
    public void thaw() {
        frozen = false;
        wires.forEach(Wire::thaw);
    }

    /** Stops listening and cuts every connection. */
    @Override
    public void close() {
        cut();
        Await.value(Future.join(server.close(), client.close()), START_LIMIT);
    }

    private void accept(NetSocket near) {
        if (refusing) {
            var _ = near.close();
            return;
        }
        near.pause();
        client.connect(target, "127.0.0.1").onSuccess(far -> join(near, far)).onFailure(refused -> near.close());
    }

    private void join(NetSocket near, NetSocket far) {
        Wire wire = new Wire(near, far);
        wires.add(wire);
        // Asked after the wire can be found: who refuses from now on cuts it, who did so while it was made did not see
        // it.
        if (refusing) {
            ended(wire);
            return;
        }
        connected.add(wire);
        far.pause();
        pass(near, far);
        pass(far, near);
        near.closeHandler(gone -> ended(wire));
        far.closeHandler(gone -> ended(wire));
        if (refusing) {
            // Since it was accepted: whoever refused has cut what was there before this one.
            wire.cut();
        } else if (!frozen) {
            wire.thaw();
            if (frozen) {
                // From that moment on, by another thread.
                wire.freeze();
            }
        }
    }

    /** Not a pipe: its own pausing and resuming would undo ours. */
    private void pass(NetSocket from, NetSocket to) {
        from.handler(bytes -> {
            var _ = to.write(bytes);
            if (to.writeQueueFull()) {
                from.pause();
                to.drainHandler(drained -> {
                    if (!frozen) {
                        from.resume();
                        if (frozen) {
                            // From that moment on, by another thread.
                            from.pause();
                        }
                    }
                });
            }
        });
    }

    private void ended(Wire wire) {
        if (wires.remove(wire)) {
            wire.cut();
        }
    }
}
