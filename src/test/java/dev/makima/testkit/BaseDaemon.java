package dev.makima.testkit;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A makima daemon as it is spoken to today, written from the specification alone: it knows the base protocol and no
 * extension, and it holds its peer to it ({@link #mistakes()}). All methods but those of {@link Script} may be called
 * by any thread but an event loop.
 */
public final class BaseDaemon implements AutoCloseable {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
    private static final int MESSAGE_LIMIT = 64 * 1024 * 1024;

    /** What a daemon says about itself, and how often it sends a heartbeat. */
    public record Identity(String machineId, String hostname, int maxConcurrentTasks, Duration heartbeat) {
        /** A machine of that name with four places and a heartbeat each second. */
        public static Identity of(String name) {
            return new Identity("machine-" + name, name, 4, Duration.ofSeconds(1));
        }
    }

    /** What the daemon does about a frame from the server. Called on an event loop. */
    @FunctionalInterface
    public interface Script {
        /** Acts on one frame that came after the handshake, by {@link BaseDaemon#sendLater}. */
        void on(JsonObject frame, BaseDaemon daemon);

        /** Runs every spawned task to success, with these output lines. */
        static Script completes(String... lines) {
            return (frame, daemon) -> {
                if ("spawnTask".equals(frame.getString("type"))) {
                    String taskId = frame.getString("taskId");
                    daemon.run(taskId, List.of(lines));
                    daemon.finish(complete(taskId, true, null));
                }
            };
        }

        /** Runs every spawned task to a failure with this reason. */
        static Script fails(String error) {
            return (frame, daemon) -> {
                if ("spawnTask".equals(frame.getString("type"))) {
                    String taskId = frame.getString("taskId");
                    daemon.run(taskId, List.of());
                    daemon.finish(complete(taskId, false, error));
                }
            };
        }

        /** Starts every spawned task, prints these lines, and leaves it running until it is interrupted. */
        static Script keepsRunning(String... lines) {
            return (frame, daemon) -> {
                String taskId = frame.getString("taskId", "");
                switch (frame.getString("type", "")) {
                    case "spawnTask" -> daemon.run(taskId, List.of(lines));
                    case "interruptTask" -> daemon.finish(status(taskId, "running", "interrupted"));
                    default -> {
                        // Everything else is only recorded.
                    }
                }
            };
        }

        /** Only records. */
        static Script none() {
            return (frame, daemon) -> {};
        }
    }

    private final WebSocketClient client;
    private final Vertx vertx;
    private final Script script;
    private final Recording<JsonObject> frames = new Recording<>("frames from the server");
    private final Recording<String> mistakes = new Recording<>("mistakes of the server");
    private final Recording<Integer> closed = new Recording<>("close codes");
    private final AtomicBoolean authenticated = new AtomicBoolean();
    private final Set<String> active = ConcurrentHashMap.newKeySet();
    private volatile WebSocket socket;
    private volatile long timer = -1;

    @SuppressWarnings("NullAway.Init") // the socket is set before anyone else can hold this object
    private BaseDaemon(Vertx vertx, Script script) {
        this.vertx = vertx;
        this.script = script;
        // A silent server never answers a close frame, and the default waits 10 s for it.
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setClosingTimeout(1)
                .setMaxFrameSize(MESSAGE_LIMIT)
                .setMaxMessageSize(MESSAGE_LIMIT)
                .setTcpNoDelay(true));
    }

    /**
     * Connects, authenticates, tells its directories and goes on with heartbeats.
     *
     * @throws AssertionError where the upgrade or the authentication was refused
     */
    public static BaseDaemon connect(Vertx vertx, URI server, String apiKey, Identity identity, Script script) {
        BaseDaemon daemon = open(vertx, server, apiKey, script);
        daemon.send(new JsonObject()
                .put("type", "authenticate")
                .put("apiKey", apiKey)
                .put("machineId", identity.machineId())
                .put("hostname", identity.hostname())
                .put("maxConcurrentTasks", identity.maxConcurrentTasks()));
        JsonObject answer = daemon.frames.await(frame -> true, CONNECT_LIMIT);
        if (!"authenticated".equals(answer.getString("type"))) {
            throw new AssertionError("Refused: " + answer.encode());
        }
        daemon.send(new JsonObject()
                .put("type", "daemonDirectories")
                .put("workingDirectory", "/srv/" + identity.hostname())
                .put("homeDirectory", "/home/makima/" + identity.hostname())
                .put("worktreesDirectory", "/home/makima/" + identity.hostname() + "/worktrees"));
        daemon.timer = vertx.setPeriodic(identity.heartbeat().toMillis(), tick -> daemon.sendLater(daemon.heartbeat()));
        return daemon;
    }

    /** Connects with this key and says nothing yet, for tests of the handshake itself. */
    public static BaseDaemon open(Vertx vertx, URI server, String apiKey, Script script) {
        BaseDaemon daemon = new BaseDaemon(vertx, script);
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost(server.getHost())
                .setPort(server.getPort())
                .setURI(BaseProtocol.PATH)
                .putHeader("X-Makima-Api-Key", apiKey);
        // Handlers before the connection: a frame sent at once by the server must not be missed.
        var ready = daemon.client
                .webSocket()
                .textMessageHandler(daemon::frame)
                .binaryMessageHandler(
                        message -> daemon.mistakes.add("a binary message of " + message.length() + " bytes"));
        ready.closeHandler(gone -> daemon.ended(ready));
        daemon.socket = Await.value(ready.connect(options), CONNECT_LIMIT);
        return daemon;
    }

    /** All frames so far, the handshake's answer included. */
    public List<JsonObject> frames() {
        return frames.entries();
    }

    /** Waits for a frame that fits, past or coming. */
    public JsonObject await(Predicate<JsonObject> fitting, Duration patience) {
        return frames.await(fitting, patience);
    }

    /** Waits for a frame of this type, past or coming. */
    public JsonObject await(String type, Duration patience) {
        return frames.await(frame -> type.equals(frame.getString("type")), patience);
    }

    /** Waits for the connection's end and returns the close code (1006 where there was none). */
    public int awaitClosed(Duration patience) {
        return closed.awaitSize(size -> size > 0, patience).getFirst();
    }

    /** What the server sent that a base daemon cannot read or does not expect. A good peer leaves this empty. */
    public List<String> mistakes() {
        return mistakes.entries();
    }

    /** Sends one frame and waits until it was handed to the socket. */
    public void send(JsonObject frame) {
        sendText(frame.encode());
    }

    /** Sends one text frame, whatever it says. */
    public void sendText(String text) {
        Await.value(socket.writeTextMessage(text), CONNECT_LIMIT);
    }

    /** Sends one frame without waiting; for scripts, and for many lines at once. */
    public void sendLater(JsonObject frame) {
        // A server that went away meanwhile is seen by the close handler.
        var _ = socket.writeTextMessage(frame.encode());
    }

    /** Sends the states up to running, then these output lines. */
    public void run(String taskId, List<String> lines) {
        active.add(taskId);
        sendLater(status(taskId, "pending", "initializing"));
        sendLater(status(taskId, "initializing", "starting"));
        sendLater(status(taskId, "starting", "running"));
        lines.forEach(line -> sendLater(output(taskId, line)));
    }

    /** Sends the frame that ends a task, which then is no longer in the heartbeats. */
    public void finish(JsonObject last) {
        active.remove(last.getString("taskId"));
        sendLater(last);
    }

    /** A {@code taskStatusChange} frame. */
    public static JsonObject status(String taskId, String from, String to) {
        return new JsonObject()
                .put("type", "taskStatusChange")
                .put("taskId", taskId)
                .put("oldStatus", from)
                .put("newStatus", to);
    }

    /** A {@code taskOutput} frame with one whole line. */
    public static JsonObject output(String taskId, String line) {
        return new JsonObject()
                .put("type", "taskOutput")
                .put("taskId", taskId)
                .put("output", line)
                .put("isPartial", false);
    }

    /** A {@code taskComplete} frame. */
    public static JsonObject complete(String taskId, boolean success, @Nullable String error) {
        return new JsonObject()
                .put("type", "taskComplete")
                .put("taskId", taskId)
                .put("success", success)
                .put("error", error);
    }

    /** Pings the server and waits for its answer, which proves that all sent before has arrived there. */
    public void pingAndAwaitPong(Duration patience) {
        Promise<Void> pong = Promise.promise();
        Buffer payload = Buffer.buffer(UUID.randomUUID().toString());
        socket.pongHandler(answer -> {
            if (answer.equals(payload)) {
                pong.tryComplete();
            }
        });
        Await.value(socket.writePing(payload), CONNECT_LIMIT);
        Await.value(pong.future(), patience);
    }

    /** Reads nothing more: no frame, no ping. */
    public void stopReading() {
        ((WebSocketInternal) socket).channelHandlerContext().channel().config().setAutoRead(false);
    }

    /** Cuts the connection without a close frame, as a killed daemon would. */
    public void drop() {
        vertx.cancelTimer(timer);
        var _ = ((WebSocketInternal) socket).channelHandlerContext().close();
    }

    /** Ends the connection in order. */
    @Override
    public void close() {
        vertx.cancelTimer(timer);
        Await.value(client.close(), CONNECT_LIMIT);
    }

    private JsonObject heartbeat() {
        return new JsonObject().put("type", "heartbeat").put("activeTasks", new JsonArray(List.copyOf(active)));
    }

    private void ended(WebSocket ended) {
        vertx.cancelTimer(timer);
        closed.add((int) Objects.requireNonNullElse(ended.closeStatusCode(), (short) 1006));
    }

    private void frame(String text) {
        JsonObject frame;
        try {
            frame = new JsonObject(text);
        } catch (DecodeException unreadable) {
            mistakes.add("not JSON: " + text.substring(0, Math.min(text.length(), 300)));
            return;
        }
        BaseProtocol.mistakeDown(frame).ifPresent(mistakes::add);
        if (frames.size() == 0 && !List.of("authenticated", "error").contains(frame.getString("type"))) {
            mistakes.add("a base daemon ends on this first frame: " + frame.getString("type"));
        }
        frames.add(frame);
        // Here and not in the connecting thread: a spawn may follow in the same packet.
        if (!authenticated.compareAndSet(false, "authenticated".equals(frame.getString("type")))) {
            script.on(frame, this);
        }
    }
}
