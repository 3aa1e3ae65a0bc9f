package dev.makima.server.api;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends connections whose other side only lets us wait: for a request, or for the rest of one that was begun. An idle timeout
 * of the connection would not do: who waits for the answer to a question is silent for an hour, and so are we. Where there are
 * as many as there may be, the one without a request for longest is ended at once, so that another has its place.
 *
 * <p>The sockets of daemons are not looked at: these have pings of their own, and may be as many as have a key.
 *
 * <p>To be used on one event loop.
 */
final class Patience {
    /** Twice as long as proxies keep a connection that they don't use, and time for a long plan over a slow line. */
    static final Duration DEFAULT = Duration.ofMinutes(2);

    private static final System.Logger LOG = System.getLogger(Patience.class.getName());

    private static final int LOOKS = 8;
    private static final int SWITCHING_PROTOCOLS = 101;

    private final int most;
    private final long patienceNanos;
    private final Map<HttpConnection, Wait> waits = new HashMap<>();
    private int refused;

    /** What a connection waits for: its next request where it has none, else the end of that one. */
    private record Wait(long sinceNanos, @Nullable HttpServerRequest request) {
        /** Nothing is asked that is not answered. */
        private boolean isIdle() {
            return request == null || request.response().ended();
        }

        private boolean isSocket() {
            return request != null
                    && request.response().ended()
                    && request.response().getStatusCode() == SWITCHING_PROTOCOLS;
        }
    }

    /**
     * Looks at all connections from time to time, as long as the context lives that it is made on.
     *
     * @param most how many there may be at once
     * @param patience how long one may let us wait; at most an eighth longer
     */
    Patience(Vertx vertx, int most, Duration patience) {
        this.most = most;
        this.patienceNanos = patience.toNanos();
        vertx.setPeriodic(Math.max(1, patience.toMillis() / LOOKS), _ -> look());
    }

    /** A connection was made. Where nobody gives way it stays for the time being: its request may be one that is let in. */
    void connected(HttpConnection connection) {
        waits.put(connection, new Wait(System.nanoTime(), null));
        connection.closeHandler(_ -> waits.remove(connection));
        makeRoom(connection);
    }

    /** A request has come, if not its body. Says whether there is room for it. */
    boolean asked(HttpServerRequest request) {
        // Not one that is closed already, which would stay for ever.
        waits.replace(request.connection(), new Wait(System.nanoTime(), request));
        return makeRoom(request.connection());
    }

    /** Counts a request that there was no room for. */
    void refused() {
        refused++;
    }

    /** Whether there is room for that connection, if need be for another one that only waits. */
    private boolean makeRoom(HttpConnection kept) {
        if (waits.size() > most) {
            waits.values().removeIf(Wait::isSocket);
        }
        if (waits.size() <= most) {
            return true;
        }
        long now = System.nanoTime();
        Optional<HttpConnection> longest = waits.entrySet().stream()
                .filter(each -> !each.getKey().equals(kept) && each.getValue().isIdle())
                .max(Comparator.comparingLong(each -> now - each.getValue().sinceNanos()))
                .map(Map.Entry::getKey);
        longest.ifPresent(this::end);
        return longest.isPresent();
    }

    private void end(HttpConnection connection) {
        waits.remove(connection);
        connection.close();
    }

    private void look() {
        if (refused > 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    refused + " requests were refused: all of the " + most
                            + " connections that there may be (limits.connections) are in use");
            refused = 0;
        }
        waits.values().removeIf(Wait::isSocket);
        long now = System.nanoTime();
        for (Map.Entry<HttpConnection, Wait> each : List.copyOf(waits.entrySet())) {
            Wait wait = each.getValue();
            HttpServerRequest request = wait.request();
            if (request != null && request.response().ended()) {
                waits.put(each.getKey(), new Wait(now, null));
            } else if ((request == null || !request.isEnded()) && now - wait.sinceNanos() > patienceNanos) {
                end(each.getKey());
            }
        }
    }
}
