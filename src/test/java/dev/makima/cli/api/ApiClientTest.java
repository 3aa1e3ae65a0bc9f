package dev.makima.cli.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApiClientTest {
    private HttpServer server;
    private ApiClient api;
    private volatile int status = 200;
    private volatile String body = "{}";
    private volatile String asked = "";

    @BeforeEach
    void aServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("X-Makima-Api-Key");
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        api = new ApiClient(
                new ServerUrl("ws://127.0.0.1:" + server.getAddress().getPort() + "/api/v1/"), new Secret("mk_key"));
    }

    @AfterEach
    void stop() {
        api.close();
        server.stop(0);
    }

    @Test
    void theKeyAndThePrefixGoWithEveryRequest() {
        body = "{\"tasks\":[]}";
        assertThat(api.get("/mesh/tasks?text=" + ApiClient.encode("a b&c")).has("tasks"))
                .isTrue();
        assertThat(asked).isEqualTo("GET /api/v1/mesh/tasks?text=a%20b%26c mk_key");
    }

    @Test
    void anAnswerWithoutABodyIsAnEmptyObject() {
        status = 204;
        body = "";
        api.delete("/keys/1");
        assertThat(asked).startsWith("DELETE /api/v1/keys/1");
    }

    @Test
    void everyStatusBecomesItsKindOfFailureInTheServersOwnWords() {
        body = "{\"code\":\"X\",\"message\":\"in its own words\"}";
        Map.of(
                        400, ErrorCode.VALIDATION,
                        401, ErrorCode.UNAUTHORIZED,
                        404, ErrorCode.NOT_FOUND,
                        409, ErrorCode.CONFLICT,
                        429, ErrorCode.RATE_LIMITED,
                        500, ErrorCode.INTERNAL,
                        503, ErrorCode.UNAVAILABLE,
                        504, ErrorCode.TIMEOUT)
                .forEach((code, kind) -> {
                    status = code;
                    assertThatThrownBy(() -> api.get("/x")).isInstanceOfSatisfying(MakimaException.class, e -> {
                        assertThat(e.code()).as("%d", code).isEqualTo(kind);
                        assertThat(e.what()).isEqualTo("in its own words");
                    });
                });
    }

    @Test
    void whatAHeaderIsForTheServerIsAnOptionHere() {
        status = 401;
        body = "{\"code\":\"X\",\"message\":\"no API key. Send it in the header X-Makima-Api-Key\"}";
        assertThatThrownBy(() -> api.get("/x"))
                .isInstanceOfSatisfying(
                        MakimaException.class,
                        e -> assertThat(e.cure().orElseThrow()).contains("--api-key"));
        body = "{\"code\":\"X\",\"message\":\"this key may not. Use another\"}";
        assertThatThrownBy(() -> api.get("/x"))
                .isInstanceOfSatisfying(
                        MakimaException.class, e -> assertThat(e.cure()).isEmpty());
    }

    @Test
    void aProxysErrorPageIsNotPrinted() {
        status = 502;
        body = "<html>Bad Gateway</html>";
        assertThatThrownBy(() -> api.get("/x"))
                .hasMessageContaining("HTTP status 502")
                .hasMessageNotContaining("html");
    }

    @Test
    void anAnswerThatIsNoJsonIsNoAnswerOfOurs() {
        body = "<html>Welcome</html>";
        assertThatThrownBy(() -> api.get("/x")).hasMessageContaining("is not JSON");
    }

    @Test
    void aUrlThatIsNoneIsRefusedWithAnExample() {
        for (String bad : new String[] {"", "localhost:8080", "ftp://x", "http://", "http://h/?q=1", "http://a b"}) {
            assertThatThrownBy(() -> new ServerUrl(bad))
                    .as(bad)
                    .isInstanceOfSatisfying(
                            MakimaException.class, e -> assertThat(e.explain()).contains("http://127.0.0.1:8080"));
        }
        assertThat(new ServerUrl("wss://example.org///").value()).isEqualTo("https://example.org");
        assertThat(new ServerUrl("http://localhost:1").isLoopback()).isTrue();
        assertThat(new ServerUrl("http://localhost.example.org:1").isLoopback()).isFalse();
    }
}
