package dev.makima.cli.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.makima.base.Backoff;
import dev.makima.base.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventsFollowerTest {
    private static final String EVENT = "id: 8\nevent: report\ndata: {\"kind\":\"report\"}\n\n";

    /** What the server answers, one after the other; empty is 503. */
    private final Deque<String> answers = new ConcurrentLinkedDeque<>();

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> seen = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/events", exchange -> {
            asked.add(String.valueOf(exchange.getRequestHeaders().getFirst("Last-Event-ID")));
            byte[] body = answers.removeFirst().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(body.length == 0 ? 503 : 200, body.length == 0 ? -1 : 0);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void follow(Duration giveUp) {
        Backoff quick = new Backoff(Duration.ofMillis(2), Duration.ofMillis(5), new Random(1));
        try (ApiClient api = new ApiClient(
                new ServerUrl("http://127.0.0.1:" + server.getAddress().getPort()), new Secret("mk_test"))) {
            new EventsFollower(api, quick, giveUp).follow("/events", new EventsFollower.Listener() {
                @Override
                public boolean event(String name, JsonNode data) {
                    seen.add(name);
                    return false;
                }

                @Override
                public void reconnecting(String why) {
                    lost.add(why);
                }
            });
        }
    }

    @Test
    void anOutageIsToldOnceAndTheStreamGoesOnWhereItWas() {
        answers.addAll(List.of("id: 7\n\n", "", "", "", EVENT));
        follow(Duration.ofMinutes(1));
        assertThat(asked).containsExactly("null", "7", "7", "7", "7");
        assertThat(seen).containsExactly("report");
        assertThat(lost).containsExactly("the server closed the stream");
    }

    @Test
    void anOutageIsOverOnceTheServerIsThereAlsoWhereNothingHappens() {
        answers.addAll(List.of("id: 7\n\n", "id: 7\n\n", "id: 7\n\n", EVENT));
        // Were these one outage, it would be longer than that.
        follow(Duration.ZERO);
        assertThat(seen).containsExactly("report");
        assertThat(lost).hasSize(3);
    }
}
