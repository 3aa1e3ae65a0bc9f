package dev.makima.testkit;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One answer of the scripted model; made by {@link #text(String)} or {@link #empty()} and refined by the methods that
 * return a changed copy. In all strings {@code {{step}}}, {@code {{round}}}, {@code {{n}}} (a counter over the model's
 * life), {@code {{uuid}}} and {@code {{prompt}}} are replaced.
 *
 * @param text the answer's text, may be empty
 * @param thinking a thinking block before it
 * @param tools the tool calls after it
 * @param chunk characters per stream event
 * @param delay the pause after each of them
 * @param filler bytes of filler text added to the text
 * @param startDelay the pause before the response's head
 * @param stop the stop reason, where it is not the natural one
 * @param usage figures that replace those of the usage block
 * @param fault what goes wrong
 * @param times how many attempts of this step meet the fault (and the stop reason); later ones are answered well
 * @param held whether the answer waits for {@link ScriptedModel#release()}
 */
public record Step(
        String text,
        @Nullable String thinking,
        List<ToolCall> tools,
        int chunk,
        Duration delay,
        int filler,
        Duration startDelay,
        @Nullable String stop,
        JsonObject usage,
        @Nullable Fault fault,
        int times,
        boolean held) {
    private static final String FILLER_LINE = "The quick brown fox jumps over the lazy dog 0123456789.\n";
    private static final int CHUNK_DEFAULT = 64;

    /** Checks the figures and freezes the list. */
    public Step {
        if (chunk < 1 || filler < 0 || times < 0) {
            throw new IllegalArgumentException("chunk >= 1, filler >= 0 and times >= 0 are needed");
        }
        tools = List.copyOf(tools);
    }

    /** A plain answer. */
    public static Step text(String text) {
        return new Step(
                text,
                null,
                List.of(),
                CHUNK_DEFAULT,
                Duration.ZERO,
                0,
                Duration.ZERO,
                null,
                new JsonObject(),
                null,
                Integer.MAX_VALUE,
                false);
    }

    /** An answer without text, to which tools or a fault are added. */
    public static Step empty() {
        return text("");
    }

    /** With another text. */
    public Step withText(String text) {
        return new Step(text, thinking, tools, chunk, delay, filler, startDelay, stop, usage, fault, times, held);
    }

    /** With a thinking block. */
    public Step thinking(String thinking) {
        return new Step(text, thinking, tools, chunk, delay, filler, startDelay, stop, usage, fault, times, held);
    }

    /** With one more tool call. */
    public Step tool(ToolCall call) {
        List<ToolCall> more = new ArrayList<>(tools);
        more.add(call);
        return withTools(more);
    }

    /** With exactly these tool calls. */
    public Step withTools(List<ToolCall> tools) {
        return new Step(text, thinking, tools, chunk, delay, filler, startDelay, stop, usage, fault, times, held);
    }

    /** Streamed in pieces of so many characters with a pause after each. */
    public Step slowly(int chunk, Duration delay) {
        return new Step(text, thinking, tools, chunk, delay, filler, startDelay, stop, usage, fault, times, held);
    }

    /** With so many bytes of filler text, streamed in large pieces. */
    public Step filler(int bytes) {
        return new Step(
                text,
                thinking,
                tools,
                Math.max(chunk, 4096),
                delay,
                bytes,
                startDelay,
                stop,
                usage,
                fault,
                times,
                held);
    }

    /** Answered only after a pause. */
    public Step startDelay(Duration pause) {
        return new Step(text, thinking, tools, chunk, delay, filler, pause, stop, usage, fault, times, held);
    }

    /** With another stop reason than the natural one, for example {@code max_tokens} or {@code refusal}. */
    public Step stop(String reason) {
        return new Step(text, thinking, tools, chunk, delay, filler, startDelay, reason, usage, fault, times, held);
    }

    /** With a completion gate block at the end of the text. */
    public Step gate(boolean ready, String reason) {
        return withText(text + "\n<COMPLETION_GATE>\nready: " + ready + "\nreason: "
                + new io.vertx.core.json.JsonArray().add(reason).encode().replaceAll("^\\[|]$", "")
                + "\n</COMPLETION_GATE>");
    }

    /** With another figure in the usage block, for example {@code output_tokens}. */
    public Step usage(String name, int value) {
        return withUsage(usage.copy().put(name, value));
    }

    /** With exactly these figures in the usage block. */
    public Step withUsage(JsonObject usage) {
        return new Step(text, thinking, tools, chunk, delay, filler, startDelay, stop, usage, fault, times, held);
    }

    /** With a fault. */
    public Step fault(Fault fault) {
        return new Step(text, thinking, tools, chunk, delay, filler, startDelay, stop, usage, fault, times, held);
    }

    /** Fails with an HTTP error. */
    public Step error(int status, String type, String message) {
        return fault(new Fault.HttpError(status, type, message, Map.of()));
    }

    /** Never comes, or never to its end. */
    public Step hang(Fault.Where where) {
        return fault(new Fault.Hang(where));
    }

    /** Loses its connection. */
    public Step drop(Fault.Where where) {
        return fault(new Fault.Drop(where));
    }

    /** Meets its fault in the first so many attempts only. */
    public Step times(int times) {
        return new Step(text, thinking, tools, chunk, delay, filler, startDelay, stop, usage, fault, times, held);
    }

    /** Waits for {@link ScriptedModel#release()} before anything is answered. */
    public Step hold() {
        return new Step(text, thinking, tools, chunk, delay, filler, startDelay, stop, usage, fault, times, true);
    }

    /** This step as it meets its nth attempt (from 1): without the fault once that has struck often enough. */
    Step atAttempt(int attempt) {
        return attempt <= times
                ? this
                : new Step(text, thinking, tools, chunk, delay, filler, startDelay, null, usage, null, times, held);
    }

    /** The text as sent, filler included. */
    String fullText() {
        return text + fillerText(filler);
    }

    /** So many bytes of readable ASCII filler. */
    public static String fillerText(int bytes) {
        return FILLER_LINE.repeat(bytes / FILLER_LINE.length() + 1).substring(0, bytes);
    }
}
