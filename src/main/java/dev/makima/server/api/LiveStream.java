package dev.makima.server.api;

import dev.makima.server.core.Bus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One live stream of events. It reads its source from its own place whenever there is news, a page at a time and only as fast
 * as its client reads: so there is no gap between replay and live, and nothing is queued for it. It ends with the key that it was
 * opened by.
 *
 * <p>To be used on its connection's event loop.
 */
final class LiveStream {
    private static final System.Logger LOG = System.getLogger(LiveStream.class.getName());

    private final Vertx vertx;
    private final Duration ping;
    private final Bus bus;
    private final String keyId;
    private final HttpServerResponse response;
    private final Source source;
    private final Runnable listener = this::wake;
    private @Nullable MessageConsumer<String> revocations;
    private long timer;
    private boolean busy;
    private boolean again;
    private boolean closed;

    /**
     * A stream to that client.
     *
     * @param ping how often it gets a comment, so that proxies keep it open
     */
    LiveStream(Vertx vertx, Bus bus, Duration ping, RoutingContext context, Source source) {
        this.vertx = vertx;
        this.bus = bus;
        this.ping = ping;
        this.keyId = Query.key(context).id();
        this.response = context.response();
        this.source = source;
    }

    /**
     * What is to be sent next.
     *
     * @param more whether there is more behind it already
     * @param last whether nothing will ever come after it
     */
    record Piece(String text, boolean more, boolean last) {}

    /** Where the events come from. */
    interface Source {
        /** Calls the listener whenever there may be something new. */
        void listen(Runnable listener);

        /** Ends the calls. */
        void remove(Runnable listener);

        /** The next events in their form, from where the last call has ended; an empty text for none. */
        Future<Piece> next();
    }

    /** One event. JSON has no line feeds outside of texts, and none inside either: one data line is enough. */
    static void event(StringBuilder text, String name, String data) {
        text.append("event: ").append(name).append("\ndata: ").append(data).append("\n\n");
    }

    /** Begins. The head of the answer is written with the first event or comment. */
    void start() {
        response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-cache")
                .putHeader("X-Accel-Buffering", "no");
        response.closeHandler(gone -> close());
        response.exceptionHandler(failure -> close());
        // Listening begins before the first look, so that nothing can happen in between.
        source.listen(listener);
        revocations = bus.revocations(revoked -> {
            if (revoked.equals(keyId)) {
                end();
            }
        });
        timer = vertx.setPeriodic(ping.toMillis(), now -> {
            if (!response.writeQueueFull()) {
                response.write(": ping\n\n");
            }
            // Also what was told and did not get here is seen then.
            wake();
        });
        wake();
    }

    private void wake() {
        if (busy) {
            again = true;
            return;
        }
        busy = true;
        again = false;
        step();
    }

    private void step() {
        if (closed) {
            return;
        }
        if (response.writeQueueFull()) {
            response.drainHandler(drained -> step());
            return;
        }
        source.next().onSuccess(this::send).onFailure(failure -> {
            LOG.log(System.Logger.Level.WARNING, "a live stream is cut: {0}", String.valueOf(failure.getMessage()));
            end();
        });
    }

    private void send(Piece piece) {
        if (closed) {
            return;
        }
        if (!piece.text().isEmpty()) {
            response.write(piece.text());
        }
        if (piece.last()) {
            end();
        } else if (piece.more() || again) {
            again = false;
            step();
        } else {
            busy = false;
        }
    }

    private void end() {
        if (!closed) {
            close();
            response.end();
        }
    }

    private void close() {
        if (!closed) {
            closed = true;
            vertx.cancelTimer(timer);
            source.remove(listener);
            if (revocations != null) {
                // Within the process, where nothing fails; what is heard after it changes nothing.
                revocations.unregister();
            }
        }
    }
}
