package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.ServerConfig;
import dev.makima.testkit.Await;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that may have two connections. */
class ManyConnectionsTest {
    private static final String LIVE = "GET /api/v1/events HTTP/1.1";
    private static final String LIST = "GET /api/v1/keys HTTP/1.1";

    @TempDir
    private Path directory;

    private TestServer server;

    @BeforeEach
    void begin() {
        ServerConfig usual = TestServer.config(directory, 0, Duration.ofSeconds(30));
        server = new TestServer(
                new ServerConfig(
                        usual.http(),
                        usual.database(),
                        usual.tasks(),
                        usual.checkpoints(),
                        usual.history(),
                        new ServerConfig.Limits(1 << 20, 16 << 20, 2),
                        usual.directives(),
                        usual.home(),
                        usual.logging()),
                TestServer.QUICK);
    }

    @AfterEach
    void end() {
        server.close();
    }

    private Socket connected() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** Asks, and reads the head of the answer. */
    private String ask(Socket socket, String line) throws IOException {
        String request = line + "\r\nHost: x\r\nX-Api-Key: " + server.key + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as("closed after " + head).isNotNegative();
            head.append((char) next);
        }
        return head.toString();
    }

    private int status(String line) {
        try (Socket socket = connected()) {
            return Integer.parseInt(ask(socket, line).substring(9, 12));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whereAllAreInUseWhoComesNextIsToldToComeBackButForADaemon() throws Exception {
        try (Socket first = connected();
                Socket second = connected()) {
            assertThat(ask(first, LIVE)).startsWith("HTTP/1.1 200");
            assertThat(ask(second, LIVE)).startsWith("HTTP/1.1 200");
            try (Socket third = connected()) {
                assertThat(ask(third, LIST))
                        .startsWith("HTTP/1.1 503")
                        .containsIgnoringCase("\r\nretry-after: 5\r\n")
                        .containsIgnoringCase("\r\nconnection: close\r\n");
                String body = new String(third.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(new JsonObject(body).getString("code")).isEqualTo("UNAVAILABLE");
                assertThat(body).contains("limits.connections");
            }
            assertThat(status("GET /health/ready HTTP/1.1")).isEqualTo(200);
            try (ScriptedDaemon daemon = ScriptedDaemon.streaming(server, "m1", 1);
                    ScriptedDaemon another = ScriptedDaemon.streaming(server, "m2", 1)) {
                assertThat(status(LIST)).isEqualTo(503);
                first.shutdownOutput();
                Await.until(Duration.ofSeconds(20), "there is room again", () -> status(LIST) == 200);
                assertThat(daemon.closed).isNotDone();
                assertThat(another.closed).isNotDone();
            }
        }
    }

    @Test
    void whoHasWaitedLongestForItsNextRequestGivesWay() throws Exception {
        try (Socket first = connected();
                Socket second = connected();
                Socket third = connected()) {
            assertThat(first.getInputStream().read())
                    .as("said nothing for longest")
                    .isEqualTo(-1);
            assertThat(ask(second, "HEAD /docs HTTP/1.1")).startsWith("HTTP/1.1 200");
            assertThat(ask(third, LIVE)).startsWith("HTTP/1.1 200");
            try (Socket fourth = connected()) {
                assertThat(ask(fourth, LIST)).startsWith("HTTP/1.1 200");
                assertThat(second.getInputStream().read()).isEqualTo(-1);
            }
        }
    }
}
