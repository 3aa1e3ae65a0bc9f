package dev.makima.testkit;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import java.util.Iterator;
import java.util.List;

/** Writes the parts of a streamed answer as fast as the reader takes them. Lives on one event loop. */
final class AnswerWriter {
    private final Vertx vertx;
    private final HttpServerResponse response;
    private final Iterator<Answer.Part> parts;
    private final Runnable cut;

    /** Prepares to write; {@code cut} ends the connection under the response. */
    AnswerWriter(Vertx vertx, HttpServerResponse response, List<Answer.Part> parts, Runnable cut) {
        this.vertx = vertx;
        this.response = response;
        this.parts = parts.iterator();
        this.cut = cut;
    }

    /** Sends the head and then every part until the end, a pause, or a full queue; goes on by itself after those. */
    void start(int number) {
        response.setChunked(true)
                .putHeader("content-type", "text/event-stream")
                .putHeader("cache-control", "no-cache")
                .putHeader("request-id", "req_script_" + number);
        writeOn();
    }

    private void writeOn() {
        while (parts.hasNext()) {
            if (response.ended() || response.closed()) {
                return;
            }
            if (response.writeQueueFull()) {
                response.drainHandler(drained -> writeOn());
                return;
            }
            switch (parts.next()) {
                case Answer.Part.Event(String type, var data) ->
                    response.write("event: " + type + "\ndata: " + data.encode() + "\n\n");
                case Answer.Part.Pause(long millis) -> {
                    vertx.setTimer(millis, passed -> writeOn());
                    return;
                }
                case Answer.Part.Silence() -> {
                    return;
                }
                case Answer.Part.Cut() -> {
                    cut.run();
                    return;
                }
                case Answer.Part.End() -> response.end();
            }
        }
    }
}
