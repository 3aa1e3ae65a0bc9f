package dev.makima.testkit;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** What a base server got from daemons: frames, mistakes, and tallies of output. Any thread may read. */
final class DaemonFrames {
    private final Recording<JsonObject> frames = new Recording<>("frames from the daemon");
    private final Recording<String> mistakes = new Recording<>("mistakes of the daemon");
    private final Map<String, OutputTally.Counter> tallies = new ConcurrentHashMap<>();
    private final AtomicLong outputFrames = new AtomicLong();
    private final boolean keepOutput;

    /** With or without the {@code taskOutput} frames themselves. */
    DaemonFrames(boolean keepOutput) {
        this.keepOutput = keepOutput;
    }

    /** Takes one text message and returns it as a frame; an empty one where it is not JSON. */
    JsonObject take(String text) {
        JsonObject frame;
        try {
            frame = new JsonObject(text);
        } catch (DecodeException unreadable) {
            mistakes.add("not JSON: " + text.substring(0, Math.min(text.length(), 300)));
            return new JsonObject();
        }
        BaseProtocol.mistakeUp(frame).ifPresent(mistakes::add);
        boolean output = "taskOutput".equals(frame.getString("type"));
        if (output && frame.getValue("output") instanceof String line) {
            outputFrames.incrementAndGet();
            counter(frame.getString("taskId", "")).add(line, frame.getBoolean("isPartial", false));
        }
        if (!output || keepOutput) {
            frames.add(frame);
        }
        return frame;
    }

    Recording<JsonObject> frames() {
        return frames;
    }

    Recording<String> mistakes() {
        return mistakes;
    }

    long outputFrames() {
        return outputFrames.get();
    }

    OutputTally tally(String taskId) {
        return counter(taskId).tally();
    }

    /** The output lines of a task, parts joined. */
    List<String> lines(String taskId) {
        StringBuilder text = new StringBuilder();
        for (JsonObject frame : frames.entries()) {
            if ("taskOutput".equals(frame.getString("type")) && taskId.equals(frame.getString("taskId"))) {
                text.append(frame.getString("output"));
                text.append(frame.getBoolean("isPartial") ? "" : "\n");
            }
        }
        return text.toString().lines().toList();
    }

    private OutputTally.Counter counter(String taskId) {
        return tallies.computeIfAbsent(taskId, id -> new OutputTally.Counter());
    }
}
