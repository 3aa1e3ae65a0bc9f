package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What no client of HTTP would send: it gets an answer in the form of all others, and no mistake of the server. */
class RefusalsTest extends SqliteServerBench {
    private record Answer(int status, String head, String body) {}

    /** Sends these bytes, and reads one answer. */
    private Answer raw(String request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = in.read();
                assertThat(next).as("closed after " + head).isNotNegative();
                head.append((char) next);
            }
            int length = head.toString()
                    .toLowerCase(java.util.Locale.ROOT)
                    .lines()
                    .filter(line -> line.startsWith("content-length:"))
                    .map(line -> Integer.parseInt(line.substring(15).strip()))
                    .findFirst()
                    .orElse(0);
            String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
            return new Answer(Integer.parseInt(head.substring(9, 12)), head.toString(), body);
        } catch (IOException e) {
            throw new AssertionError(request.lines().findFirst().orElse(""), e);
        }
    }

    private Answer asked(String line, String headers, String body) {
        return raw(line + "\r\nHost: x\r\nX-Api-Key: " + server.key + "\r\n" + headers + "\r\n" + body);
    }

    private void refused(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.head() + answer.body()).isEqualTo(status);
        JsonObject error = new JsonObject(answer.body());
        assertThat(error.getString("code")).isEqualTo(code);
        assertThat(error.getString("message")).isNotBlank();
        assertThat(answer.head()).containsIgnoringCase("content-type: application/json");
    }

    @Test
    void whatIsNoRequestIsAnsweredInTheSameForm() {
        refused(raw("\0\1\2\r\n\r\n"), 400, "VALIDATION");
        refused(asked("GET /api/v1/keys HTTP/1.1", "no colon\r\n", ""), 400, "VALIDATION");
        refused(asked("GET /api/v1/keys HTTP/1.1", "X-A: a\0b\r\n", ""), 400, "VALIDATION");
        refused(
                asked("POST /api/v1/keys HTTP/1.1", "Content-Length: 2\r\nContent-Length: 3\r\n", "{}"),
                400,
                "VALIDATION");
        refused(asked("GET /api/v1/" + "a".repeat(20_000) + " HTTP/1.1", "", ""), 414, "TOO_LARGE");
        refused(asked("GET /api/v1/keys HTTP/1.1", "X-A: " + "a".repeat(20_000) + "\r\n", ""), 431, "TOO_LARGE");
        refused(raw("GET /api/v1/keys HTTP/1.1\r\n\r\n"), 400, "VALIDATION");
    }

    @Test
    void anAddressThatCannotBeDecodedIsTheCallersMistake() {
        refused(asked("GET /api/v1/mesh/tasks/%zz HTTP/1.1", "", ""), 400, "VALIDATION");
        refused(asked("GET /% HTTP/1.1", "", ""), 400, "VALIDATION");
        refused(asked("GET /api/v1/keys?limit=%zz HTTP/1.1", "", ""), 400, "VALIDATION");
        refused(asked("GET /api/v1/mesh/tasks/%00 HTTP/1.1", "", ""), 404, "NOT_FOUND");
        refused(asked("GET /api/v1/mesh/tasks/%C0%AF HTTP/1.1", "", ""), 404, "NOT_FOUND");
        refused(asked("GET /docs/../../etc/passwd HTTP/1.1", "", ""), 404, "NOT_FOUND");
        refused(asked("GET /api/v1/..%2f..%2fkeys HTTP/1.1", "", ""), 404, "NOT_FOUND");
    }

    @Test
    void aSearchForManyLettersThatAreNotAsciiFitsTheAddress() {
        Answer found = asked("GET /api/v1/mesh/output?text=" + "%E2%82%AC".repeat(1000) + " HTTP/1.1", "", "");
        assertThat(found.status()).as(found.body()).isEqualTo(200);
    }

    @Test
    void aBodyThatIsTooDeepOrTooLargeANumberIsTheCallersMistake() {
        for (Map.Entry<String, String> each : Map.of(
                        "[".repeat(5000),
                        "/keys",
                        "{\"a\":".repeat(5000),
                        "/keys",
                        "{\"name\":" + "1".repeat(2000) + "}",
                        "/keys",
                        "{\"" + "x".repeat(60_000) + "\":1}",
                        "/keys",
                        "{\"plan\":\"x\",\"maxCostUsd\":1e999999999}",
                        "/mesh/tasks",
                        "{\"plan\":\"x\",\"priority\":1e400}",
                        "/mesh/tasks",
                        "\u00ff",
                        "/keys")
                .entrySet()) {
            refused(body(each.getValue(), "application/json", each.getKey()), 400, "VALIDATION");
        }
    }

    @Test
    void aFormIsNoJsonHoweverItIsSent() {
        String form = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n";
        refused(body("/contracts", "multipart/form-data; boundary=x", form), 415, "UNSUPPORTED_MEDIA_TYPE");
        refused(body("/contracts", "multipart/form-data", form), 415, "UNSUPPORTED_MEDIA_TYPE");
        refused(body("/contracts", "application/x-www-form-urlencoded", "a=1"), 415, "UNSUPPORTED_MEDIA_TYPE");
        refused(body("/keys", "text/plain", ""), 400, "VALIDATION");
    }

    private Answer body(String path, String type, String body) {
        return asked(
                "POST /api/v1" + path + " HTTP/1.1",
                "Content-Type: " + type + "\r\nContent-Length: " + body.length() + "\r\n",
                body);
    }

    @Test
    void halfAWebSocketIsRefusedInTheSameForm() {
        String upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
        String connect = "GET /api/v1/mesh/daemons/connect HTTP/1.1";
        refused(asked(connect, upgrade, ""), 426, "VALIDATION");
        Answer other = asked(
                connect, upgrade + "Sec-WebSocket-Version: 99\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "");
        refused(other, 426, "VALIDATION");
        assertThat(other.head()).containsIgnoringCase("sec-websocket-version: 13");
    }
}
