package dev.makima.daemon.control;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The local door of a daemon: a Unix socket in its state directory, by which those who may read that directory ask how it
 * is, have it drained, have leftovers cleaned, and end a task here.
 *
 * <p>One JSON object in a line is asked, one or more are answered, then the socket is closed. A door that cannot be opened
 * is said and keeps nobody from working.
 */
public final class ControlVerticle extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(ControlVerticle.class.getName());
    private static final int MOST_CALLERS = 16;
    private static final int IDLE_MINUTES = 11;

    private final ControlParts parts;
    private final Future<?> quiet;
    private final Set<Caller> callers = new HashSet<>();
    private @Nullable ControlDoor door;
    private @Nullable NetServer server;
    private @Nullable Draining draining;

    /**
     * A door that is not open yet.
     *
     * @param quiet completes when the daemon has come to its end but for this: callers hear of that
     */
    public ControlVerticle(ControlParts parts, Future<?> quiet) {
        this.parts = parts;
        this.quiet = quiet;
    }

    @Override
    public Future<?> start() {
        StatusReport report = new StatusReport(vertx.eventBus(), parts);
        Draining drain = new Draining(vertx, parts);
        draining = drain;
        Future<?> begun = parts.drain() ? drain.begin() : Future.succeededFuture();
        return begun.compose(_ -> open(new Verbs(vertx.eventBus(), report, drain)));
    }

    private Future<?> open(Verbs verbs) {
        NetServer opening = vertx.createNetServer(
                new NetServerOptions().setIdleTimeout(IDLE_MINUTES).setIdleTimeoutUnit(TimeUnit.MINUTES));
        opening.connectHandler(socket -> take(socket, verbs));
        server = opening;
        return vertx.executeBlocking(() -> ControlDoor.prepare(parts.stateDirectory()))
                .map(Objects::requireNonNull)
                .compose(prepared -> {
                    door = prepared;
                    return opening.listen(SocketAddress.domainSocketAddress(
                                    prepared.made().toString()))
                            .compose(_ -> vertx.executeBlocking(() -> {
                                prepared.opened();
                                return prepared;
                            }));
                })
                .onFailure(e -> LOG.log(
                        Level.WARNING,
                        "the control socket of this daemon cannot be opened: doctor and --drain will not find it",
                        e))
                .otherwiseEmpty();
    }

    private void take(NetSocket socket, Verbs verbs) {
        Caller caller = new Caller(vertx, socket, verbs::answer);
        if (callers.size() >= MOST_CALLERS) {
            caller.refuse("too many ask at once: try again in a moment");
            return;
        }
        callers.add(caller);
        socket.closeHandler(_ -> {
            callers.remove(caller);
            caller.gone();
        });
        caller.listen();
    }

    @Override
    public Future<?> stop() {
        @Nullable Draining drain = draining;
        // Those who watch a drain are told that it is over when it is.
        return quiet.otherwiseEmpty().compose(_ -> onOwnContext()).compose(_ -> {
            if (drain != null) {
                drain.close();
            }
            List<Future<Void>> told =
                    List.copyOf(callers).stream().map(Caller::end).toList();
            return Future.join(told).otherwiseEmpty().compose(_ -> closeServer());
        });
    }

    /** Who completes a future does so on a thread of his own. */
    private Future<Void> onOwnContext() {
        Promise<Void> here = Promise.promise();
        context.runOnContext(_ -> here.complete());
        return here.future();
    }

    private Future<?> closeServer() {
        Future<?> closed = server == null ? Future.succeededFuture() : server.close();
        @Nullable ControlDoor opened = door;
        return closed.otherwiseEmpty()
                .compose(_ -> opened == null
                        ? Future.succeededFuture()
                        : vertx.executeBlocking(() -> {
                            opened.closed();
                            return opened;
                        }));
    }
}
