package dev.makima.server.api;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ends connections whose other side only lets us wait: for a request, or for the rest of one that was begun. An idle timeout
 * of the connection would not do: who waits for the answer to a question is silent for an hour, and so are we.
 *
 * <p>To be used on one event loop.
 */
final class Patience {
    /** Twice as long as proxies keep a connection that they don't use, and time for a long plan over a slow line. */
    static final Duration DEFAULT = Duration.ofMinutes(2);

    private static final int LOOKS = 8;
    private static final int SWITCHING_PROTOCOLS = 101;

    private final long patienceNanos;
    private final Map<HttpConnection, Wait> waits = new HashMap<>();

    /** What a connection waits for: its next request where it has none, else the end of that one. */
    private record Wait(long sinceNanos, @Nullable HttpServerRequest request) {}

    /**
     * Looks at all connections from time to time, as long as the context lives that it is made on.
     *
     * @param patience how long one may let us wait; at most an eighth longer
     */
    Patience(Vertx vertx, Duration patience) {
        this.patienceNanos = patience.toNanos();
        vertx.setPeriodic(Math.max(1, patience.toMillis() / LOOKS), _ -> look());
    }

    /** A connection was made. */
    void connected(HttpConnection connection) {
        waits.put(connection, new Wait(System.nanoTime(), null));
        connection.closeHandler(_ -> waits.remove(connection));
    }

    /** A request has come, if not its body. */
    void asked(HttpServerRequest request) {
        // Not one that is closed already, which would stay for ever.
        waits.replace(request.connection(), new Wait(System.nanoTime(), request));
    }

    private void look() {
        long now = System.nanoTime();
        for (Map.Entry<HttpConnection, Wait> each : List.copyOf(waits.entrySet())) {
            HttpConnection connection = each.getKey();
            Wait wait = each.getValue();
            HttpServerRequest request = wait.request();
            if (request != null && request.response().ended()) {
                if (request.response().getStatusCode() == SWITCHING_PROTOCOLS) {
                    // A daemon's WebSocket, which has pings.
                    waits.remove(connection);
                } else {
                    waits.put(connection, new Wait(now, null));
                }
            } else if ((request == null || !request.isEnded()) && now - wait.sinceNanos() > patienceNanos) {
                waits.remove(connection);
                connection.close();
            }
        }
    }
}
