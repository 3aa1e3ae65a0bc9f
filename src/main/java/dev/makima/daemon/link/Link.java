package dev.makima.daemon.link;

import dev.makima.base.Backoff;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.daemon.bus.ActiveTasks;
import dev.makima.daemon.bus.LinkStatus;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.store.StoreClient;
import dev.makima.process.Tailer;
import dev.makima.protocol.Authenticated;
import dev.makima.protocol.DaemonFrame;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a connection to the server: connects, and connects again whenever it is lost, for as long as the daemon runs.
 *
 * <p>It holds nothing that a crash could lose: events wait in the store's outbox and output in the spools. All methods
 * are called on the link's context.
 */
final class Link {
    private static final System.Logger LOG = System.getLogger(Link.class.getName());

    private final Vertx vertx;
    private final LinkSettings settings;
    private final Tailer tailer;
    private final StoreClient store;
    private final WebSocketClient client;
    private final RandomGenerator random;
    private final Backoff backoff;
    private final Promise<Void> ended;
    private ActiveTasks active = ActiveTasks.NONE;
    private @Nullable Session session;
    private boolean keyHasWorked;
    private int failedAttempts;
    private boolean closed;
    private final LinkStanding standing;

    Link(Vertx vertx, LinkSettings settings, Tailer tailer, RandomGenerator random, Promise<Void> ended) {
        this.vertx = vertx;
        this.settings = settings;
        this.tailer = tailer;
        this.store = new StoreClient(vertx.eventBus());
        this.client = Dial.client(vertx, settings);
        this.random = random;
        this.backoff = new Backoff(settings.server().reconnectInterval(), settings.longestWait(), random);
        this.ended = ended;
        this.standing = new LinkStanding(vertx, settings, store);
    }

    /** Starts an attempt to connect; every failure leads to the next one, but for those that are final. */
    void connect() {
        Dial.connect(client, settings)
                .recover(cause -> Future.failedFuture(Handshake.reading(cause)))
                .compose(socket -> new Handshake(vertx, socket, settings)
                        .authenticate()
                        .onSuccess(answer -> open(socket, answer))
                        .onFailure(_ -> socket.close()))
                .onFailure(this::failed);
    }

    private void open(WebSocket socket, Authenticated answer) {
        if (closed) {
            socket.close();
            return;
        }
        backoff.reset();
        failedAttempts = 0;
        keyHasWorked = true;
        LOG.log(
                Level.INFO,
                "authenticated with {0} as daemon {1}",
                settings.server().url(),
                answer.daemonId());
        standing.connected();
        Session opened = new Session(vertx, socket, settings, answer, store, tailer, () -> active);
        session = opened;
        opened.closed().onComplete(reason -> lost(opened, reason.result()));
        opened.start();
    }

    private void lost(Session which, String reason) {
        if (session == which) {
            session = null;
        }
        standing.lost(reason);
        if (!closed) {
            LOG.log(
                    Level.WARNING,
                    "the connection to {0} is lost: {1}",
                    settings.server().url(),
                    reason);
            again(which.isReplaced() ? twin() : backoff.next());
        }
    }

    /** Two daemons that take each other's place at once would keep each other from all work. */
    private Duration twin() {
        LOG.log(
                Level.ERROR,
                "another daemon is connected with this one''s identity: is the state directory a copy? Each daemon needs"
                        + " one of its own: stop one of the two and move its state directory away");
        long most = settings.longestWait().toMillis();
        return Duration.ofMillis(most / 2 + random.nextLong(most / 2 + 1));
    }

    private void failed(Throwable cause) {
        if (closed) {
            return;
        }
        standing.failed(Dial.describe(cause));
        if (cause instanceof Handshake.KeyRefused refused) {
            refused(refused);
            return;
        }
        failedAttempts++;
        int allowed = settings.server().maxReconnectAttempts();
        if (allowed > 0 && failedAttempts >= allowed) {
            end(new MakimaException(
                    ErrorCode.UNAVAILABLE,
                    "the server " + settings.server().url() + " could not be reached in " + allowed
                            + (allowed == 1 ? " attempt" : " attempts") + " (server.maxReconnectAttempts): "
                            + Dial.describe(cause),
                    "Check that it runs and that server.url is right"));
            return;
        }
        LOG.log(Level.WARNING, "cannot connect to {0}: {1}", settings.server().url(), Dial.describe(cause));
        again(backoff.next());
    }

    /** Before the key ever worked that is the end; after it the agents live on, and somebody may set it right. */
    private void refused(Handshake.KeyRefused refused) {
        if (!keyHasWorked) {
            // Our own server says how a key is made; another one may not.
            boolean toldHow = String.valueOf(refused.getMessage()).contains("makima keys create");
            end(new MakimaException(
                    ErrorCode.UNAUTHORIZED,
                    "the server " + settings.server().url() + " refuses the API key: " + refused.getMessage(),
                    (toldHow ? "Set it" : "Make a key with 'makima keys create NAME' on the server, and set it")
                            + " as server.apiKey or MAKIMA_API_KEY"));
            return;
        }
        LOG.log(
                Level.ERROR,
                "{0} refuses the API key that has worked before: {1}",
                settings.server().url(),
                refused.getMessage());
        long most = settings.refusedAgainAfter().toMillis();
        again(Duration.ofMillis(most / 2 + random.nextLong(most / 2 + 1)));
    }

    private void again(Duration after) {
        long wait = after.toMillis();
        standing.again(after);
        LOG.log(Level.INFO, "next attempt in {0} ms", Long.toString(wait));
        vertx.setTimer(wait, _ -> {
            if (!closed) {
                connect();
            }
        });
    }

    private void end(MakimaException reason) {
        closed = true;
        ended.tryFail(reason);
    }

    /** There may be new events in the outbox. */
    void outboxGrew() {
        if (session != null) {
            session.outboxGrew();
        }
    }

    /** Sends the frame if a server is there now. */
    void pass(DaemonFrame frame) {
        if (session != null) {
            session.send(frame);
        }
    }

    /** As {@link #pass}; completes when the socket has it, with whether a server was there. */
    Future<Boolean> answer(DaemonFrame frame) {
        return session == null ? Future.succeededFuture(false) : session.answer(frame);
    }

    /** The tasks that heartbeats tell of from now on. */
    void activeTasks(ActiveTasks tasks) {
        active = tasks;
        if (session != null) {
            session.activeChanged();
        }
    }

    /** A run's output is to be sent from now on. */
    void runOpened(RunOutput run) {
        if (session != null) {
            session.runOpened(run);
        }
    }

    /** How the connection is. */
    Future<LinkStatus> status() {
        return standing.told();
    }

    /** Closes the connection and stops trying. */
    Future<?> close() {
        closed = true;
        Future<?> quiet = session == null ? Future.succeededFuture() : session.close();
        return quiet.eventually(client::close);
    }
}
