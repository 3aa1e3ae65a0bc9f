package dev.makima.daemon.link;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Proves what arrived: a WebSocket keeps its frames in order, so the pong to a ping shows that every frame written
 * before the ping was received. Used on the link's context.
 */
final class Barrier {
    private final WebSocket socket;
    private final Deque<Mark> waiting = new ArrayDeque<>();
    private long last;

    Barrier(WebSocket socket) {
        this.socket = socket;
    }

    /** Completes once everything that was written before is known to have arrived; never, if the connection ends. */
    Future<Void> mark() {
        Mark mark = new Mark(++last, Promise.promise());
        waiting.add(mark);
        socket.writePing(Buffer.buffer().appendLong(mark.number()));
        return mark.passed().future();
    }

    /** A pong came. */
    void pong(Buffer payload) {
        if (payload.length() != Long.BYTES) {
            // Not one of ours: an unsolicited pong is allowed, and proves nothing.
            return;
        }
        long number = payload.getLong(0);
        // A peer may answer only the newest of several pings (RFC 6455, 5.5.3): it stands for those before it.
        while (!waiting.isEmpty() && waiting.element().number() <= number) {
            waiting.remove().passed().complete();
        }
    }

    private record Mark(long number, Promise<Void> passed) {}
}
