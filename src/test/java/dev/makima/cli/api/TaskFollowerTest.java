package dev.makima.cli.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.makima.base.Backoff;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaskFollowerTest {
    /** One connection of the server's script. */
    private interface Connection {
        void serve(HttpExchange exchange) throws IOException;
    }

    private final List<Connection> script = new ArrayList<>();
    private final List<String> lastEventIds = new CopyOnWriteArrayList<>();
    private final List<Long> seen = new ArrayList<>();
    private final List<String> contents = new ArrayList<>();
    private final List<String> statuses = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private HttpServer server;
    private ExecutorService threads;
    private ApiClient api;

    @BeforeEach
    void aServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        threads = Executors.newCachedThreadPool();
        server.setExecutor(threads);
        server.createContext("/api/v1/", exchange -> {
            String id = exchange.getRequestHeaders().getFirst("Last-Event-ID");
            lastEventIds.add(id == null ? "-" : id);
            Connection next = script.size() > 1 ? script.removeFirst() : script.getFirst();
            next.serve(exchange);
        });
        server.start();
        api = new ApiClient(
                new ServerUrl("http://127.0.0.1:" + server.getAddress().getPort()), new Secret("mk_test"));
    }

    @AfterEach
    void stop() {
        api.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private static String entry(long seq) {
        return "event: entry\nid: " + seq + "\ndata: {\"seq\":" + seq + ",\"messageType\":\"assistant\",\"content\":\"ü"
                + seq + "\"}\n\n";
    }

    private static String task(String name, String status) {
        return "event: " + name + "\ndata: {\"id\":\"t\",\"status\":\"" + status + "\"}\n\n";
    }

    /** Sends the text and then cuts the connection, in the middle of whatever it is in. */
    private static Connection cut(String text) {
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            body.write(text.getBytes(StandardCharsets.UTF_8));
            body.flush();
            exchange.close();
        };
    }

    private static Connection status(int status, String message) {
        return exchange -> {
            byte[] body = ("{\"code\":\"X\",\"message\":\"" + message + "\"}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        };
    }

    private JsonNode follow() {
        // A connection may fail long after the one before it where the machine is busy.
        return follow(Duration.ofMinutes(1));
    }

    private JsonNode follow(Duration giveUp) {
        Backoff quick = new Backoff(Duration.ofMillis(2), Duration.ofMillis(5), new Random(1));
        return new TaskFollower(api, 0, quick, giveUp).follow("t", new TaskEvents() {
            @Override
            public void entry(JsonNode entry) {
                seen.add(entry.path("seq").asLong());
                contents.add(entry.path("content").asText());
            }

            @Override
            public void task(JsonNode task) {
                statuses.add(task.path("status").asText());
            }

            @Override
            public void reconnecting(String why) {
                lost.add(why);
            }
        });
    }

    @Test
    void everythingComesInOrderUntilTheEnd() {
        script.add(cut(": ping\n" + task("task", "running") + entry(1) + entry(2) + task("end", "done")));
        assertThat(follow().path("status").asText()).isEqualTo("done");
        assertThat(seen).containsExactly(1L, 2L);
        assertThat(contents).containsExactly("ü1", "ü2");
        assertThat(statuses).containsExactly("running");
        assertThat(lastEventIds).containsExactly("-");
    }

    @Test
    void aCutConnectionLeavesNoGapAndDoublesNothing() {
        String torn = entry(3).substring(0, entry(3).length() - 8);
        script.add(cut(entry(1) + entry(2) + torn));
        script.add(cut(entry(3) + entry(4)));
        // A server that replays too much must not double anything either.
        script.add(cut(entry(3) + entry(4) + entry(5) + task("end", "failed")));
        follow();
        assertThat(seen).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(lastEventIds).containsExactly("-", "2", "4");
    }

    @Test
    void anEventWithoutItsBlankLineIsNotAnEvent() {
        String all = entry(1);
        script.add(cut(all.substring(0, all.length() - 1)));
        script.add(cut(entry(1) + task("end", "done")));
        follow();
        assertThat(seen).containsExactly(1L);
        assertThat(lastEventIds).containsExactly("-", "-");
    }

    @Test
    void aServerThatIsBeingRestartedIsWaitedFor() {
        script.add(status(503, "starting"));
        script.add(status(500, "not yet"));
        script.add(cut(entry(1) + task("end", "done")));
        follow();
        assertThat(seen).containsExactly(1L);
        assertThat(lost).as("told once, not at every try").containsExactly("starting");
    }

    @Test
    void aTaskThatIsGoneEndsIt() {
        script.add(status(404, "no task t"));
        assertThatThrownBy(this::follow).isInstanceOfSatisfying(MakimaException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND);
            assertThat(e.what()).isEqualTo("no task t");
        });
    }

    @Test
    void aRefusedKeyEndsIt() {
        script.add(status(401, "this key was revoked"));
        assertThatThrownBy(this::follow)
                .isInstanceOfSatisfying(
                        MakimaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAUTHORIZED));
    }

    @Test
    void aServerThatStaysAwayIsGivenUpAfterAWhileWithTheWayBack() {
        script.add(status(503, "closed"));
        assertThatThrownBy(() -> follow(Duration.ofMillis(300))).isInstanceOfSatisfying(MakimaException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE);
            assertThat(e.explain()).contains("makima tasks output -f t");
        });
    }

    @Test
    void dataOverSeveralLinesAndUnknownFieldsAreRead() {
        script.add(cut(
                "retry: 10\nevent: entry\r\ndata: {\"seq\":1,\r\ndata: \"content\":\"x\"}\r\n\r\nevent: news\ndata: {}\n\n"
                        + task("end", "done")));
        follow();
        assertThat(contents).containsExactly("x");
    }
}
