package dev.makima.bench;

import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.UUID;

/** One running task of a simulated daemon: what it has said and what of that is acknowledged. Used on one event loop. */
final class FleetTask {
    private static final String WORDS = "I have looked at the file and changed the two places where the result was"
            + " thrown away; the tests of this package pass now, and I go on with the next one.";

    private final String id;
    private final long fence;
    private final String runId = UUID.randomUUID().toString();
    private final ArrayDeque<Piece> unacknowledged = new ArrayDeque<>();
    private long lines;
    private long length;

    private record Piece(long end, long sentNanos) {}

    /** What hears how long each piece took to be acknowledged. */
    interface Delays {
        /** One piece was acknowledged so many nanoseconds after it was sent. */
        void took(long nanos);
    }

    FleetTask(String id, long fence) {
        this.id = id;
        this.fence = fence;
    }

    String id() {
        return id;
    }

    /** The next line of an agent, numbered from 1 and with the time, as the message of the protocol that carries it. */
    String nextPiece() {
        lines++;
        long now = System.nanoTime();
        String line = String.format(
                Locale.ROOT,
                "{\"type\":\"assistant\",\"message\":{\"role\":\"assistant\",\"content\":[{\"type\":\"text\","
                        + "\"text\":\"line %09d at %019d %s\"}]}}%n",
                lines,
                now,
                WORDS);
        String head = "{\"type\":\"taskOutputs\",\"taskId\":\"" + id + "\",\"runId\":\"" + runId + "\",\"fence\":"
                + fence + ",\"stream\":\"stdout\",\"offset\":" + length + ",\"length\":" + line.length() + "}\n";
        length += line.length();
        unacknowledged.add(new Piece(length, now));
        return head + line;
    }

    /** The server has so much. */
    void acknowledged(long stored, Delays delays) {
        long now = System.nanoTime();
        while (!unacknowledged.isEmpty() && unacknowledged.getFirst().end() <= stored) {
            delays.took(now - unacknowledged.removeFirst().sentNanos());
        }
    }

    String status(String from, String to, String eventId) {
        return frame("taskStatusChange")
                .put("oldStatus", from)
                .put("newStatus", to)
                .put("eventId", eventId)
                .encode();
    }

    String complete(String eventId) {
        JsonObject lengths =
                new JsonObject().put("stdout", length).put("stderr", 0).put("daemon", 0);
        return frame("taskComplete")
                .put("success", true)
                .put("runId", runId)
                .put("finalLengths", lengths)
                .put("eventId", eventId)
                .encode();
    }

    JsonObject lease() {
        return new JsonObject().put("taskId", id).put("runId", runId).put("fence", fence);
    }

    private JsonObject frame(String type) {
        return new JsonObject().put("type", type).put("taskId", id).put("fence", fence);
    }
}
