package dev.makima.testkit;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.BindException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * A makima server as it is spoken to today, written from the specification alone: it knows the base protocol and no
 * extension, and it holds its peer to it ({@link #mistakes()}). All methods may be called by any thread but an event
 * loop; what is sent goes over the newest connection.
 */
public final class BaseServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final int MESSAGE_LIMIT = 64 * 1024 * 1024;

    /** What is kept of {@code taskOutput} frames. All other frames are always kept. */
    public enum Keep {
        /** Every frame, for assertions. */
        EVERYTHING,
        /** Only tallies: for outputs too large to keep. */
        TALLIES
    }

    /** An upgrade request: when it came ({@link System#nanoTime()}) and its headers. */
    public record Upgrade(long nanos, MultiMap headers) {}

    /** The end of a connection: its number from 1, and the close code and reason, where a close frame came. */
    public record Closed(int connection, int code, String reason) {}

    private record Peer(int number, ServerWebSocket socket) {}

    private final Vertx vertx;
    private final String apiKey;
    private final HttpServer server;
    private final DaemonFrames received;
    private final Recording<Upgrade> upgrades = new Recording<>("upgrade requests");
    private final Recording<Peer> peers = new Recording<>("connections");
    private final Recording<Integer> handshakes = new Recording<>("completed handshakes");
    private final Recording<Closed> closed = new Recording<>("closed connections");
    private volatile Handshake handshake = new Handshake.Accept();
    private final AtomicReference<Optional<Handshake>> handshakeOnce = new AtomicReference<>(Optional.empty());
    private volatile boolean silent;

    private BaseServer(Vertx vertx, String apiKey, Keep keep, int port) {
        this.vertx = vertx;
        this.apiKey = apiKey;
        this.received = new DaemonFrames(keep == Keep.EVERYTHING);
        this.server = vertx.createHttpServer(new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setTcpNoDelay(true)
                .setWebSocketClosingTimeout(1)
                .setMaxWebSocketFrameSize(MESSAGE_LIMIT)
                .setMaxWebSocketMessageSize(MESSAGE_LIMIT));
        server.requestHandler(this::upgrade);
    }

    /** Starts a server on a free loopback port that accepts this API key and keeps every frame. */
    public static BaseServer start(Vertx vertx, String apiKey) {
        return start(vertx, apiKey, Keep.EVERYTHING, FreePort.next());
    }

    /** Starts a server on a loopback port (0: any), for example on that of one that was closed. */
    public static BaseServer start(Vertx vertx, String apiKey, Keep keep, int port) {
        AtomicReference<Optional<BaseServer>> started = new AtomicReference<>(Optional.empty());
        // Where a server on that port was just closed, a child that was being forked may have its socket for a moment.
        Await.until(START_LIMIT, "port " + port + " to be free", () -> {
            BaseServer base = new BaseServer(vertx, apiKey, keep, port);
            return Await.value(
                    base.server
                            .listen()
                            .map(_ -> {
                                started.set(Optional.of(base));
                                return true;
                            })
                            .recover(e -> e instanceof BindException
                                    ? Future.succeededFuture(false)
                                    : Future.failedFuture(e)),
                    START_LIMIT);
        });
        return started.get().orElseThrow();
    }

    /** The port it listens on. */
    public int port() {
        return server.actualPort();
    }

    /** What a daemon gets as its server's URL. */
    public URI uri() {
        return URI.create("ws://127.0.0.1:" + port());
    }

    /** Meets the connections from now on in this way. */
    public void handshake(Handshake next) {
        handshake = next;
    }

    /** Meets the next connection in this way, and those after it as before. */
    public void handshakeOnce(Handshake next) {
        handshakeOnce.set(Optional.of(next));
    }

    /** All frames so far, of all connections, in the order of arrival. */
    public List<JsonObject> frames() {
        return received.frames().entries();
    }

    /** All frames of this type so far. */
    public List<JsonObject> frames(String type) {
        return received.frames().entries().stream()
                .filter(frame -> type.equals(frame.getString("type")))
                .toList();
    }

    /** How many ends of this task were told so far. */
    public int ends(String taskId) {
        return (int) frames("taskComplete").stream()
                .filter(frame -> taskId.equals(frame.getString("taskId")))
                .count();
    }

    /** Waits for a frame that fits, past or coming. */
    public JsonObject await(Predicate<JsonObject> fitting, Duration patience) {
        return received.frames().await(fitting, patience);
    }

    /** Waits for a frame of this type, past or coming. */
    public JsonObject await(String type, Duration patience) {
        return received.frames().await(frame -> type.equals(frame.getString("type")), patience);
    }

    /** Waits for a frame of this type about this task, past or coming. */
    public JsonObject await(String type, String taskId, Duration patience) {
        return await(1, type, taskId, patience);
    }

    /** Waits for the nth frame of this type about this task, past or coming. */
    public JsonObject await(int n, String type, String taskId, Duration patience) {
        return received.frames()
                .awaitNth(
                        n,
                        frame -> type.equals(frame.getString("type")) && taskId.equals(frame.getString("taskId")),
                        patience);
    }

    /** Waits until so many handshakes were completed in all: the peer has taken the answer, and can be sent things. */
    public void awaitHandshakes(int count, Duration patience) {
        handshakes.awaitSize(size -> size >= count, patience);
    }

    /** How many handshakes there were so far. */
    public int handshakes() {
        return handshakes.entries().size();
    }

    /** Waits until so many connections have ended in all; returns them. */
    public List<Closed> awaitClosed(int count, Duration patience) {
        return closed.awaitSize(size -> size >= count, patience);
    }

    /** Waits until so many upgrades were asked for in all; returns them. */
    public List<Upgrade> awaitUpgrades(int count, Duration patience) {
        return upgrades.awaitSize(size -> size >= count, patience);
    }

    /** What the daemon sent that a base server cannot read or does not expect. A good peer leaves this empty. */
    public List<String> mistakes() {
        return received.mistakes().entries();
    }

    /** The tally of a task's output lines so far. */
    public OutputTally tally(String taskId) {
        return received.tally(taskId);
    }

    /** How many {@code taskOutput} frames came so far, of all tasks. */
    public long outputFrames() {
        return received.outputFrames();
    }

    /** The agent's and the daemon's output lines of a task, parts joined. Only with {@link Keep#EVERYTHING}. */
    public List<String> lines(String taskId) {
        return received.lines(taskId);
    }

    /** Sends one frame. */
    public void send(JsonObject frame) {
        sendText(frame.encode());
    }

    /** Sends one text frame, whatever it says. */
    public void sendText(String text) {
        if (!silent) {
            Await.value(newest().socket().writeTextMessage(text), START_LIMIT);
        }
    }

    /** Sends one binary frame, which the base protocol does not know. */
    public void sendBinary(byte[] bytes) {
        Await.value(newest().socket().writeBinaryMessage(Buffer.buffer(bytes)), START_LIMIT);
    }

    /** Pings the peer and waits for its answer, which proves that all sent before has arrived there. */
    public void pingAndAwaitPong(Duration patience) {
        ServerWebSocket socket = newest().socket();
        Promise<Void> pong = Promise.promise();
        Buffer payload = Buffer.buffer(UUID.randomUUID().toString());
        socket.pongHandler(answer -> {
            if (answer.equals(payload)) {
                pong.tryComplete();
            }
        });
        Await.value(socket.writePing(payload), START_LIMIT);
        Await.value(pong.future(), patience);
    }

    /** A {@code spawnTask} frame with all required fields; more may be put into it. */
    public static JsonObject spawnTask(String taskId, String taskName, String plan) {
        return new JsonObject()
                .put("type", "spawnTask")
                .put("taskId", taskId)
                .put("taskName", taskName)
                .put("plan", plan)
                .put("depth", 0)
                .put("isOrchestrator", false);
    }

    /** Closes the newest connection in order. */
    public void closeConnection(int code, String reason) {
        Await.value(newest().socket().close((short) code, reason), START_LIMIT);
    }

    /** Cuts the newest connection without a close frame, as a dead network would once it is noticed. */
    public void drop() {
        cut(newest().socket());
    }

    /** Reads nothing more from the newest connection: no frame, no ping. The peer's writes pile up. */
    public void stopReading() {
        channel(newest().socket()).channel().config().setAutoRead(false);
    }

    /** Reads on. */
    public void resumeReading() {
        channel(newest().socket()).channel().config().setAutoRead(true);
    }

    /** Plays dead on the newest connection: neither reads nor sends nor answers, with the connection left open. */
    public void goSilent() {
        silent = true;
        stopReading();
    }

    /** Stops listening and cuts all connections. */
    @Override
    public void close() {
        for (Peer peer : peers.entries()) {
            cut(peer.socket());
        }
        Await.value(server.close(), START_LIMIT);
    }

    private Peer newest() {
        return peers.awaitSize(size -> size > 0, START_LIMIT).getLast();
    }

    private void upgrade(HttpServerRequest request) {
        upgrades.add(new Upgrade(System.nanoTime(), request.headers()));
        Handshake how = handshakeOnce.getAndSet(Optional.empty()).orElse(handshake);
        String key = request.getHeader("X-Makima-Api-Key");
        if (!BaseProtocol.PATH.equals(request.path())) {
            received.mistakes().add("connected to " + request.path());
            refuse(request, 404, "NOT_FOUND", "no such path");
        } else if (how instanceof Handshake.Refuse(int status, String code, String message)) {
            refuse(request, status, code, message);
        } else if (key == null) {
            refuse(request, 401, "MISSING_API_KEY", "Missing API key");
        } else if (!apiKey.equals(key)) {
            refuse(request, 401, "INVALID_API_KEY", "Invalid API key");
        } else if (!(how instanceof Handshake.Stall)) {
            request.toWebSocket().onSuccess(socket -> connected(socket, how));
        }
    }

    private static void refuse(HttpServerRequest request, int status, String code, String message) {
        JsonObject body = new JsonObject().put("code", code).put("message", message);
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(body.toBuffer());
    }

    private void connected(ServerWebSocket socket, Handshake how) {
        Peer peer = new Peer(peers.size() + 1, socket);
        silent = false;
        peers.add(peer);
        socket.closeHandler(gone -> closed.add(new Closed(
                peer.number(),
                Objects.requireNonNullElse(socket.closeStatusCode(), (short) 1006),
                Objects.requireNonNullElse(socket.closeReason(), ""))));
        socket.binaryMessageHandler(
                message -> received.mistakes().add("a binary message of " + message.length() + " bytes"));
        socket.textMessageHandler(first -> {
            socket.textMessageHandler(received::take);
            authenticate(socket, how, first);
        });
    }

    private void authenticate(ServerWebSocket socket, Handshake how, String text) {
        JsonObject frame = received.take(text);
        if (!"authenticate".equals(frame.getString("type"))) {
            received.mistakes().add("the first frame was " + frame.getString("type"));
            write(socket, error("NOT_REGISTERED", "authenticate first"));
            return;
        }
        switch (how) {
            case Handshake.Accept() -> welcome(socket);
            case Handshake.Delay(Duration delay) -> vertx.setTimer(delay.toMillis(), passed -> welcome(socket));
            case Handshake.ErrorFrame(String code, String message) -> write(socket, error(code, message));
            case Handshake.Cut() -> cut(socket);
            case Handshake.Prelude(String prelude) -> {
                var _ = socket.writeTextMessage(prelude);
                welcome(socket);
            }
            case Handshake.NoAnswer(), Handshake.Stall(), Handshake.Refuse(var _, var _, var _) -> {
                // Silence is what was asked for; the other two never come this far.
            }
        }
    }

    private void welcome(ServerWebSocket socket) {
        write(
                socket,
                new JsonObject()
                        .put("type", "authenticated")
                        .put("daemonId", UUID.randomUUID().toString()));
        // Complete once the peer says so by going on: one that waited too long for the answer has hung up meanwhile,
        // and
        // what is sent to it is lost.
        socket.textMessageHandler(next -> {
            socket.textMessageHandler(received::take);
            received.take(next);
            handshakes.add(handshakes.size() + 1);
        });
    }

    private static JsonObject error(String code, String message) {
        return new JsonObject().put("type", "error").put("code", code).put("message", message);
    }

    private static void write(ServerWebSocket socket, JsonObject frame) {
        // A peer that went away meanwhile is seen by the close handler.
        var _ = socket.writeTextMessage(frame.encode());
    }

    private static void cut(ServerWebSocket socket) {
        var _ = channel(socket).close();
    }

    private static ChannelHandlerContext channel(ServerWebSocket socket) {
        return ((WebSocketInternal) socket).channelHandlerContext();
    }

    /** The ids in a heartbeat frame. */
    public static List<String> activeTasks(JsonObject heartbeat) {
        return heartbeat.getJsonArray("activeTasks", new JsonArray()).stream()
                .map(String::valueOf)
                .toList();
    }
}
