package dev.makima.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PatienceTest {
    /** A busy machine needs some time from a connection to the first byte on it. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final int LARGE = 32 << 20;

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<HttpServerRequest> requests = new ArrayBlockingQueue<>(10);
    private volatile int port;

    @BeforeEach
    void begin() throws Exception {
        vertx.deployVerticle(new VerticleBase() {
                    @Override
                    public Future<?> start() {
                        return listen();
                    }
                })
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private Future<HttpServer> listen() {
        Patience patience = new Patience(vertx, 100, PATIENCE);
        return vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(false))
                .connectionHandler(patience::connected)
                .requestHandler(request -> {
                    assertThat(patience.asked(request)).isTrue();
                    requests.add(request);
                    if ("/ws".equals(request.path())) {
                        var _ = request.toWebSocket();
                    } else if ("/now".equals(request.path())) {
                        request.response().end();
                    } else if ("/large".equals(request.path())) {
                        request.response().end(Buffer.buffer(new byte[LARGE]));
                    } else {
                        // As long as it is looked who asks.
                        request.pause();
                        vertx.setTimer(1, _ -> request.resume());
                    }
                })
                .listen(0, "127.0.0.1")
                .onSuccess(listening -> port = listening.actualPort());
    }

    @AfterEach
    void end() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private Socket sent(String request) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(30_000);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void assertEnds(Socket socket) throws IOException {
        try (socket) {
            socket.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            // Cut off before all that was sent had been read.
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    @Test
    void whoSendsNothingOrHalfARequestOrNoFurtherOneIsCutOff() throws Exception {
        Socket silent = sent("");
        Socket half = sent("GET /now HTTP/1.1\r\nHost:");
        Socket body = sent("POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
        Socket kept = sent("GET /now HTTP/1.1\r\nHost: x\r\n\r\n");
        assertEnds(silent);
        assertEnds(half);
        assertEnds(body);
        assertEnds(kept);
    }

    @Test
    void whoReadsSlowlyGetsTheWholeAnswer() throws Exception {
        try (Socket slow = sent("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")) {
            assertThat(slow.getInputStream().read()).isEqualTo('H');
            // As long as two others need to be cut off one after the other.
            for (int i = 0; i < 2; i++) {
                assertEnds(sent(""));
            }
            assertThat(slow.getInputStream().readAllBytes()).hasSizeGreaterThan(LARGE);
        }
    }

    @Test
    void whoWaitsForUsIsNot() throws Exception {
        String upgrade = String.join(
                "\r\n",
                "GET /ws HTTP/1.1",
                "Host: x",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "",
                "");
        try (Socket waiting = sent("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
                Socket webSocket = sent(upgrade)) {
            HttpServerRequest first = requests.take();
            HttpServerRequest second = requests.take();
            HttpServerRequest later = "/later".equals(first.path()) ? first : second;
            assertThat(webSocket.getInputStream().read()).isEqualTo('H');
            // As long as two others need to be cut off one after the other.
            for (int i = 0; i < 2; i++) {
                assertEnds(sent(""));
            }
            later.response().end("here");
            byte[] head = waiting.getInputStream().readNBytes(15);
            assertThat(new String(head, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200 OK");
            webSocket.setSoTimeout(1);
            byte[] rest = new byte[4096];
            assertThat(webSocket.getInputStream().read(rest)).isPositive();
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> {
                        int read = webSocket.getInputStream().read(rest);
                        assertThat(read).isNotEqualTo(-1);
                    }))
                    .as("still open")
                    .isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }
}
