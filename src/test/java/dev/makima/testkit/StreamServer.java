package dev.makima.testkit;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * A makima server that takes output by offset ({@code outputStream}), written from the specification alone. It stores
 * what comes as the specification says, and a test can make it forget, hold its acknowledgements back, or answer
 * {@code runs} in another way. All methods may be called by any thread but an event loop.
 */
public final class StreamServer implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MESSAGE_LIMIT = 64 * 1024 * 1024;

    /** One piece of output as it came: whatever was stored of it. */
    public record Piece(String runId, String stream, long offset, int length) {}

    private final HttpServer server;
    private final Recording<JsonObject> frames = new Recording<>("frames from the daemon");
    private final Recording<Piece> pieces = new Recording<>("pieces of output");
    private final Recording<ServerWebSocket> sockets = new Recording<>("connections");
    private final Recording<Integer> piecesBefore = new Recording<>("heartbeats");
    private final Recording<String> gaps = new Recording<>("gaps in the output");
    private final Map<String, ByteArrayOutputStream> stored = new HashMap<>();
    private final Map<String, Long> claimed = new HashMap<>();
    private final Map<String, String> tasks = new HashMap<>();
    private final Set<String> held = new HashSet<>();
    private boolean acknowledging = true;
    private boolean acknowledgingEvents = true;
    private boolean answeringRuns = true;
    private int leaseSecs;
    private String verdict = "continue";
    private volatile List<String> capabilities = List.of("outputStream");

    private StreamServer(Vertx vertx) {
        server = vertx.createHttpServer(new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(FreePort.next())
                .setTcpNoDelay(true)
                .setWebSocketClosingTimeout(1)
                .setMaxWebSocketFrameSize(MESSAGE_LIMIT)
                .setMaxWebSocketMessageSize(MESSAGE_LIMIT));
        server.webSocketHandler(this::connected);
    }

    /** Starts a server on a free loopback port that takes any key. */
    public static StreamServer start(Vertx vertx) {
        StreamServer started = new StreamServer(vertx);
        Await.value(started.server.listen(), LIMIT);
        return started;
    }

    /** What a daemon gets as its server's URL. */
    public URI uri() {
        return URI.create("ws://127.0.0.1:" + port());
    }

    /** The port it listens on. */
    public int port() {
        return server.actualPort();
    }

    /** Names these capabilities to the daemons that connect from now on; at first it is outputStream alone. */
    public void can(String... now) {
        capabilities = List.of(now);
    }

    /** Waits for a frame that fits, past or coming. */
    public JsonObject await(Predicate<JsonObject> fitting, Duration patience) {
        return frames.await(fitting, patience);
    }

    /** Waits for the nth frame of this type, past or coming. */
    public JsonObject await(int n, String type, Duration patience) {
        return frames.awaitNth(n, frame -> type.equals(frame.getString("type")), patience);
    }

    /** All frames so far, in the order of arrival. */
    public List<JsonObject> frames() {
        return frames.entries();
    }

    /** All pieces so far, in the order of arrival. */
    public List<Piece> pieces() {
        return pieces.entries();
    }

    /** For each heartbeat so far how many pieces had come before it, over all connections. */
    public List<Integer> piecesBeforeHeartbeats() {
        return piecesBefore.entries();
    }

    /** Waits for the nth heartbeat, past or coming; gives how many pieces had come before it. */
    public int piecesBeforeHeartbeat(int n, Duration patience) {
        return piecesBefore.awaitSize(size -> size >= n, patience).get(n - 1);
    }

    /** The pieces that began after what was stored. */
    public List<String> gaps() {
        return gaps.entries();
    }

    /** Waits until so many connections came in all. */
    public void awaitConnections(int count, Duration patience) {
        sockets.awaitSize(size -> size >= count, patience);
    }

    /** Waits until so many bytes of a stream are stored. */
    public void awaitStored(String runId, String stream, long length, Duration patience) {
        Await.until(patience, length + " bytes of " + stream, () -> storedLength(runId, stream) >= length);
    }

    /** How much of a stream is stored. */
    public synchronized long storedLength(String runId, String stream) {
        ByteArrayOutputStream bytes = stored.get(runId + stream);
        return bytes == null ? 0 : bytes.size();
    }

    /** What is stored of a stream. */
    public synchronized String stored(String runId, String stream) {
        ByteArrayOutputStream bytes = stored.get(runId + stream);
        return bytes == null ? "" : bytes.toString(StandardCharsets.UTF_8);
    }

    /** Loses the end of what is stored of a stream, as a restored database has. */
    public synchronized void forget(String runId, String stream, long newLength) {
        byte[] bytes = store(runId, stream).toByteArray();
        ByteArrayOutputStream less = new ByteArrayOutputStream();
        less.writeBytes(Arrays.copyOf(bytes, (int) Math.min(newLength, bytes.length)));
        stored.put(runId + stream, less);
    }

    /** Answers the next {@code runs} with this length for the stream, whatever is stored. */
    public synchronized void claim(String runId, String stream, long length) {
        claimed.put(runId + stream, length);
    }

    /** Whether pieces are acknowledged from now on; those stored meanwhile are when it is switched on. */
    public synchronized void acknowledge(boolean now) {
        acknowledging = now;
        if (now) {
            stored.keySet().forEach(key -> send(ack(key.substring(0, 36), key.substring(36))));
        }
    }

    /** Whether events that come from now on are acknowledged at once, where {@code eventAck} holds; at first they are. */
    public synchronized void acknowledgeEvents(boolean now) {
        acknowledgingEvents = now;
    }

    /** Acknowledges nothing of this task. */
    public synchronized void hold(String taskId) {
        held.add(taskId);
    }

    /** Acknowledges what was held. */
    public synchronized void release() {
        held.clear();
        acknowledge(true);
    }

    /** Whether {@code runs} is answered from now on. */
    public synchronized void answerRuns(boolean now) {
        answeringRuns = now;
    }

    /** Answers each heartbeat from now on by a renewal of all leases in it for so many seconds; 0, as at first: none. */
    public synchronized void renewLeases(int seconds) {
        leaseSecs = seconds;
    }

    /** What is answered for every run from now on. */
    public synchronized void verdict(String now) {
        verdict = now;
    }

    /** Asks for a stream again from an earlier place. */
    public synchronized void rewind(String taskId, String runId, String stream, long length) {
        send(asksAgain(taskId, runId, stream, length));
    }

    private static JsonObject asksAgain(String taskId, String runId, String stream, long length) {
        return new JsonObject()
                .put("type", "outputRewind")
                .put("taskId", taskId)
                .put("runId", runId)
                .put("stream", stream)
                .put("length", length);
    }

    /** Sends one frame over the newest connection. */
    public void send(JsonObject frame) {
        var _ = newest().writeTextMessage(frame.encode());
    }

    /** Cuts the newest connection without a close frame. */
    public void drop() {
        var _ = ((WebSocketInternal) newest()).channelHandlerContext().close();
    }

    /** Whether the newest connection is read: frames, pings and all. */
    public void read(boolean now) {
        ((WebSocketInternal) newest())
                .channelHandlerContext()
                .channel()
                .config()
                .setAutoRead(now);
    }

    @Override
    public void close() {
        for (ServerWebSocket socket : sockets.entries()) {
            var _ = ((WebSocketInternal) socket).channelHandlerContext().close();
        }
        Await.value(server.close(), LIMIT);
    }

    private synchronized void renew(ServerWebSocket socket, JsonObject frame) {
        if (leaseSecs > 0 && "heartbeat".equals(frame.getString("type"))) {
            write(
                    socket,
                    new JsonObject()
                            .put("type", "heartbeatAck")
                            .put("seq", frame.getLong("seq"))
                            .put("leaseSecs", leaseSecs)
                            .put("verdicts", new JsonArray()));
        }
    }

    private ServerWebSocket newest() {
        return sockets.awaitSize(size -> size > 0, LIMIT).getLast();
    }

    private void connected(ServerWebSocket socket) {
        socket.textMessageHandler(text -> {
            JsonObject frame = new JsonObject(text);
            take(socket, frame);
            renew(socket, frame);
        });
        socket.binaryMessageHandler(message -> take(message.getBytes()));
        socket.exceptionHandler(_ -> {});
        sockets.add(socket);
    }

    /**
     * Noted before it is answered: what comes of the answer may be seen at once. How it is answered is decided before that:
     * who sees it may change what the next one is answered.
     */
    private void take(ServerWebSocket socket, JsonObject frame) {
        Optional<JsonObject> answer = answer(frame);
        if ("heartbeat".equals(frame.getString("type"))) {
            piecesBefore.add(pieces.size());
        }
        // Outside the lock: those who wait for a frame may ask for what is stored.
        frames.add(frame);
        answer.ifPresent(it -> write(socket, it));
    }

    private synchronized Optional<JsonObject> answer(JsonObject frame) {
        return switch (frame.getString("type")) {
            case "authenticate" ->
                Optional.of(new JsonObject()
                        .put("type", "authenticated")
                        .put("daemonId", UUID.randomUUID().toString())
                        .put("capabilities", new JsonArray(capabilities))
                        .put("heartbeatIntervalSecs", 30));
            case "runs" -> answeringRuns ? Optional.of(resume(frame.getJsonArray("runs"))) : Optional.empty();
            default -> {
                String event = frame.getString("eventId");
                yield event != null && acknowledgingEvents && capabilities.contains("eventAck")
                        ? Optional.of(new JsonObject().put("type", "eventAck").put("eventIds", JsonArray.of(event)))
                        : Optional.empty();
            }
        };
    }

    private JsonObject resume(JsonArray runs) {
        JsonArray answers = new JsonArray();
        for (int i = 0; i < runs.size(); i++) {
            JsonObject run = runs.getJsonObject(i);
            String runId = run.getString("runId");
            JsonObject lengths = new JsonObject();
            for (String stream : List.of("stdout", "stderr", "daemon")) {
                long length = claimed.getOrDefault(runId + stream, storedLength(runId, stream));
                if (length > 0) {
                    lengths.put(stream, length);
                }
            }
            answers.add(new JsonObject()
                    .put("taskId", run.getString("taskId"))
                    .put("runId", runId)
                    .put("verdict", verdict)
                    .put("lengths", lengths));
        }
        return new JsonObject().put("type", "resume").put("runs", answers);
    }

    private record Stored(Piece piece, Optional<JsonObject> answer) {}

    private void take(byte[] message) {
        Stored stored = store(message);
        pieces.add(stored.piece());
        stored.answer().ifPresent(this::send);
    }

    private synchronized Stored store(byte[] message) {
        int end = 0;
        while (message[end] != '\n') {
            end++;
        }
        JsonObject header = new JsonObject(Buffer.buffer(Arrays.copyOf(message, end)));
        String runId = header.getString("runId");
        String stream = header.getString("stream");
        long offset = header.getLong("offset");
        int length = header.getInteger("length");
        if (length != message.length - end - 1 || length < 1 || length > 65_536) {
            gaps.add("a piece of " + (message.length - end - 1) + " bytes: " + header.encode());
        }
        tasks.put(runId, header.getString("taskId"));
        long have = storedLength(runId, stream);
        Optional<JsonObject> answer = Optional.empty();
        if (offset > have) {
            gaps.add(header.encode() + " where " + have + " bytes are stored");
            answer = Optional.of(asksAgain(header.getString("taskId"), runId, stream, have));
        } else if (offset + length > have) {
            int from = end + 1 + (int) (have - offset);
            store(runId, stream).write(message, from, message.length - from);
            if (acknowledging && !held.contains(header.getString("taskId"))) {
                answer = Optional.of(ack(runId, stream));
            }
        }
        return new Stored(new Piece(runId, stream, offset, length), answer);
    }

    private ByteArrayOutputStream store(String runId, String stream) {
        return stored.computeIfAbsent(runId + stream, _ -> new ByteArrayOutputStream());
    }

    private JsonObject ack(String runId, String stream) {
        JsonObject ack = new JsonObject()
                .put("taskId", tasks.get(runId))
                .put("runId", runId)
                .put("stream", stream)
                .put("length", storedLength(runId, stream));
        return new JsonObject().put("type", "outputAck").put("acks", new JsonArray().add(ack));
    }

    private static void write(ServerWebSocket socket, JsonObject frame) {
        var _ = socket.writeTextMessage(frame.encode());
    }
}
