package dev.makima.daemon.link;

import dev.makima.process.Tailer;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The socket as output sees it: takes only a little at a time, so that a heartbeat or an answer written now is at most
 * that little away from the wire.
 *
 * <p>Thread-safe: called on the tailer's thread, writes on the link's context.
 */
final class OutputSocket {
    /** What may be handed to the socket and not yet be written by it. */
    private static final int MOST_HANDED = 256 * 1024;

    private final Context context;
    private final WebSocket socket;
    private final Tailer tailer;
    private final AtomicInteger handed = new AtomicInteger();

    OutputSocket(Context context, WebSocket socket, Tailer tailer) {
        this.context = context;
        this.socket = socket;
        this.tailer = tailer;
    }

    /** How many bytes it would take now. */
    int room() {
        return Math.max(0, MOST_HANDED - handed.get());
    }

    /** Writes one binary message. */
    void write(Buffer message) {
        int size = message.length();
        handed.addAndGet(size);
        context.runOnContext(_ -> socket.writeBinaryMessage(message).onComplete(_ -> written(size)));
    }

    /**
     * Writes text messages in order.
     *
     * @param size what they count for, in bytes
     * @param then called on the link's context once they are handed to the socket
     */
    void write(List<String> messages, int size, Runnable then) {
        handed.addAndGet(size);
        context.runOnContext(_ -> {
            int last = messages.size() - 1;
            for (int i = 0; i < last; i++) {
                socket.writeTextMessage(messages.get(i));
            }
            socket.writeTextMessage(messages.get(last)).onComplete(_ -> written(size));
            then.run();
        });
    }

    private void written(int size) {
        int before = handed.getAndAdd(-size);
        if (before > MOST_HANDED / 2 && before - size <= MOST_HANDED / 2) {
            tailer.wake();
        }
    }

    /** Runs this on the link's context, behind everything that was given to it to be written before. */
    void behindWrites(Runnable task) {
        context.runOnContext(_ -> task.run());
    }
}
