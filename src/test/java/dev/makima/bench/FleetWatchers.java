package dev.makima.bench;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.parsetools.RecordParser;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Subscribers of tasks' live events, each of another task. Each has to see every line once and in order. Thread-safe. */
final class FleetWatchers {
    private static final String LINE = "line ";
    private static final int NUMBER_DIGITS = 9;
    private static final int TIME_AT = LINE.length() + NUMBER_DIGITS + " at ".length();
    private static final int TIME_DIGITS = 19;

    private final FleetTally tally;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final AtomicLong seen = new AtomicLong();
    private final Samples delays = new Samples();

    /** Held here, since Vert.x closes the connections of a client that nobody holds. */
    private final HttpClient client;

    /**
     * None yet.
     *
     * @param most how many there will be
     */
    FleetWatchers(Vertx vertx, int most, FleetTally tally) {
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setTcpNoDelay(true), new PoolOptions().setHttp1MaxSize(most));
        this.tally = tally;
    }

    /** Subscribes to each of these tasks. */
    void watch(URI server, String key, List<String> tasks) {
        for (String task : tasks) {
            client.request(new RequestOptions()
                            .setMethod(HttpMethod.GET)
                            .setHost(server.getHost())
                            .setPort(server.getPort())
                            .setURI("/api/v1/mesh/tasks/" + task + "/events")
                            .putHeader("X-Makima-Api-Key", key))
                    .compose(request -> request.send())
                    .onSuccess(response -> follow(task, response))
                    .onFailure(failure -> tally.failed("a subscriber was refused: " + failure));
        }
    }

    private void follow(String task, HttpClientResponse response) {
        if (response.statusCode() != 200) {
            tally.failed("a subscriber got " + response.statusCode());
            return;
        }
        open.incrementAndGet();
        AtomicLong lines = new AtomicLong();
        response.handler(RecordParser.newDelimited("\n\n", event -> {
            String text = event.toString();
            if (text.startsWith("event: end")) {
                ended.incrementAndGet();
            }
            int at = text.indexOf(LINE);
            if (text.startsWith("id: ") && at > 0) {
                line(task, text, at, lines);
            }
        }));
        response.exceptionHandler(failure -> {
            if (ended.get() == 0) {
                tally.failed("a subscriber was cut: " + failure);
            }
        });
    }

    private void line(String task, String text, int at, AtomicLong lines) {
        long number = Long.parseLong(text, at + LINE.length(), at + LINE.length() + NUMBER_DIGITS, 10);
        if (number != lines.incrementAndGet()) {
            tally.failed("the subscriber of " + task + " saw line " + number + " in place of " + lines.get());
        }
        delays.add((System.nanoTime() - Long.parseLong(text, at + TIME_AT, at + TIME_AT + TIME_DIGITS, 10)) / 1e6);
        seen.incrementAndGet();
    }

    int open() {
        return open.get();
    }

    /** How many have seen their task's end. */
    int ended() {
        return ended.get();
    }

    long linesSeen() {
        return seen.get();
    }

    /** From being sent to being seen, in milliseconds. */
    List<Double> delays() {
        return delays.all();
    }
}
