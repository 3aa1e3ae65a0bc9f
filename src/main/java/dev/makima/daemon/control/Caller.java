package dev.makima.daemon.control;

import dev.makima.base.MakimaException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** One who asks by the control socket. Used on the door's context. */
final class Caller {
    private static final int LONGEST_REQUEST = 64 * 1024;
    private static final long REQUEST_WITHIN_MILLIS = 5000;
    private static final long TOLD_WITHIN_MILLIS = 1000;

    private final Vertx vertx;
    private final NetSocket socket;
    private final BiConsumer<JsonObject, Caller> answering;
    private Runnable whenGone = () -> {};
    private boolean asked;
    private boolean over;

    /**
     * On that socket.
     *
     * @param answering answers a request to this caller, now or later
     */
    Caller(Vertx vertx, NetSocket socket, BiConsumer<JsonObject, Caller> answering) {
        this.vertx = vertx;
        this.socket = socket;
        this.answering = answering;
    }

    /** Waits for the one request, for a bounded time. */
    void listen() {
        long timer = vertx.setTimer(REQUEST_WITHIN_MILLIS, _ -> {
            if (!asked) {
                refuse("no request came within " + REQUEST_WITHIN_MILLIS + " ms");
            }
        });
        RecordParser lines = RecordParser.newDelimited("\n", line -> {
            vertx.cancelTimer(timer);
            ask(line);
        });
        lines.maxRecordSize(LONGEST_REQUEST);
        lines.exceptionHandler(_ -> refuse("a request has at most " + LONGEST_REQUEST + " bytes"));
        socket.exceptionHandler(_ -> {
            // It is followed by the close, which ends what is done for this caller.
        });
        socket.handler(lines);
    }

    private void ask(Buffer line) {
        if (asked || over) {
            return;
        }
        asked = true;
        JsonObject request;
        try {
            request = new JsonObject(line);
        } catch (DecodeException | ClassCastException e) {
            refuse("a request is one JSON object in a line");
            return;
        }
        if (request.getMap() == null) {
            // The word null.
            refuse("a request is one JSON object in a line");
            return;
        }
        try {
            answering.accept(request, this);
        } catch (ClassCastException e) {
            refuse("a value of the request is of the wrong type: " + request.fieldNames());
        }
    }

    /** Tells something, with more to come; left out where the caller does not read. */
    void tell(JsonObject line) {
        if (!over && !socket.writeQueueFull()) {
            socket.write(line.toBuffer().appendByte((byte) '\n'));
        }
    }

    /** Tells the last thing. */
    void finish(JsonObject line) {
        if (!over) {
            over = true;
            socket.end(line.toBuffer().appendByte((byte) '\n'));
        }
    }

    /** Tells why there is no answer. */
    void refuse(String reason) {
        finish(new JsonObject().put("error", reason));
    }

    /** Tells why there is no answer. */
    void refuse(Throwable cause) {
        refuse(cause instanceof MakimaException known ? known.explain() : String.valueOf(cause.getMessage()));
    }

    /** What to do when the caller goes, however that comes about. */
    void whenGone(Runnable action) {
        whenGone = action;
    }

    /** The socket is closed. */
    void gone() {
        over = true;
        whenGone.run();
    }

    /** The daemon ends: closes once what was told is written, or after a moment. */
    Future<Void> end() {
        over = true;
        return socket.end().timeout(TOLD_WITHIN_MILLIS, TimeUnit.MILLISECONDS);
    }
}
