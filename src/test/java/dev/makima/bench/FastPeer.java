package dev.makima.bench;

import dev.makima.testkit.Await;
import dev.makima.testkit.Recording;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server of the base protocol that costs as little as it can, so that what is measured is the daemon. It reads no
 * JSON of output frames, but looks at the number in each line: one that is lost, doubled or out of order fails the run.
 */
final class FastPeer implements AutoCloseable {
    static final String KEY = "mk_bench";
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final byte[] OUTPUT = "{\"type\":\"taskOutput\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FIRST_NUMBER = "\"000000001 ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AGENT = "session_id".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS = 9;
    private static final int NOT_THERE = -2;

    private final HttpServer server;
    private final Recording<JsonObject> frames = new Recording<>("frames");
    private final Recording<Long> handshakes = new Recording<>("handshakes");
    private volatile @Nullable ServerWebSocket socket;
    private volatile Count count = new Count("", 0, 1);

    private FastPeer(HttpServer server) {
        this.server = server;
        server.requestHandler(this::upgrade);
    }

    /** What is awaited of one task's output. Fields are written on the event loop alone. */
    static final class Count {
        private final String taskId;
        private final long lines;
        private final int round;
        private final CompletableFuture<Long> first = new CompletableFuture<>();
        private final CompletableFuture<Long> last = new CompletableFuture<>();
        private long seen;
        private int place = -1;

        private Count(String taskId, long lines, int round) {
            this.taskId = taskId;
            this.lines = lines;
            this.round = round;
        }

        String taskId() {
            return taskId;
        }

        /** When the agent's own first line came, by {@link System#nanoTime()}. */
        long awaitFirst() throws Exception {
            return first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        /** When the last line came, by {@link System#nanoTime()}. */
        long awaitLast(Duration patience) throws Exception {
            return last.get(patience.toSeconds(), TimeUnit.SECONDS);
        }

        private void take(Buffer frame) {
            if (!first.isDone() && find(frame, AGENT) >= 0) {
                first.complete(System.nanoTime());
            }
            if (place < 0) {
                // Behind the opening quote; negative where it is not there.
                place = find(frame, FIRST_NUMBER) + 1;
            }
            if (place < 0 || !isNumbered(frame, place)) {
                return;
            }
            long expected = seen % round + 1;
            if (number(frame, place) != expected) {
                last.completeExceptionally(
                        new IllegalStateException("line " + number(frame, place) + " came in place of " + expected));
            }
            seen++;
            if (seen == lines) {
                last.complete(System.nanoTime());
            }
        }

        private static int find(Buffer frame, byte[] what) {
            for (int i = 0; i < frame.length() - what.length; i++) {
                if (startsWith(frame, i, what)) {
                    return i;
                }
            }
            return NOT_THERE;
        }

        private static boolean isNumbered(Buffer frame, int place) {
            return frame.length() > place + DIGITS
                    && frame.getByte(place + DIGITS) == ' '
                    && frame.getByte(place) >= '0'
                    && frame.getByte(place) <= '9';
        }

        private static long number(Buffer frame, int place) {
            long number = 0;
            for (int i = place; i < place + DIGITS; i++) {
                number = number * 10 + frame.getByte(i) - '0';
            }
            return number;
        }
    }

    /** Listens on a free loopback port. */
    static FastPeer start(Vertx vertx) {
        FastPeer peer = new FastPeer(vertx.createHttpServer(
                new HttpServerOptions().setHost("127.0.0.1").setPort(0).setTcpNoDelay(true)));
        Await.value(peer.server.listen(), PATIENCE);
        return peer;
    }

    /** What a daemon gets as its server's URL. */
    String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** When the handshake of that number, from 1, was answered, by {@link System#nanoTime()}. */
    long awaitHandshake(int number) {
        return handshakes.awaitSize(size -> size >= number, PATIENCE).get(number - 1);
    }

    /** How many handshakes there were. */
    int handshakes() {
        return handshakes.size();
    }

    /**
     * Spawns a task and counts its output from now on, that of no other.
     *
     * @param lines how many numbered lines come
     * @param round the number after which they begin at 1 again
     */
    Count spawn(JsonObject spawn, long lines, int round) {
        Count counted = new Count(spawn.getString("taskId"), lines, round);
        count = counted;
        Await.value(Objects.requireNonNull(socket).writeTextMessage(spawn.encode()), PATIENCE);
        return counted;
    }

    /** Waits for the end of a task, which must be a success. */
    void awaitSuccess(String taskId) {
        JsonObject end = frames.await(
                frame -> "taskComplete".equals(frame.getString("type")) && taskId.equals(frame.getString("taskId")),
                PATIENCE);
        if (!end.getBoolean("success")) {
            throw new IllegalStateException(end.encode());
        }
    }

    private void upgrade(HttpServerRequest request) {
        request.toWebSocket().onSuccess(connected -> {
            connected.frameHandler(frame -> take(connected, frame));
            socket = connected;
        });
    }

    private void take(ServerWebSocket from, WebSocketFrame frame) {
        if (!frame.isText()) {
            return;
        }
        Buffer text = frame.binaryData();
        if (startsWith(text, 0, OUTPUT)) {
            count.take(text);
            return;
        }
        JsonObject json = new JsonObject(text);
        if ("authenticate".equals(json.getString("type"))) {
            JsonObject answer = new JsonObject()
                    .put("type", "authenticated")
                    .put("daemonId", UUID.randomUUID().toString());
            var _ = from.writeTextMessage(answer.encode());
            handshakes.add(System.nanoTime());
        } else if (!"heartbeat".equals(json.getString("type"))) {
            frames.add(json);
        }
    }

    private static boolean startsWith(Buffer text, int from, byte[] beginning) {
        if (text.length() < from + beginning.length) {
            return false;
        }
        for (int i = 0; i < beginning.length; i++) {
            if (text.getByte(from + i) != beginning[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        Await.value(server.close(), PATIENCE);
    }
}
