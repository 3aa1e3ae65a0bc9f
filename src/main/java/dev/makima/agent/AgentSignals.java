package dev.makima.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the lines of Claude Code's output that mean something for its run. Pure, never throws. */
public final class AgentSignals {
    private static final int SUMMARY_LENGTH = 160;
    private static final String AUTHENTICATION = "authentication_failed";
    private static final int UNAUTHORIZED = 401;

    /** A line without this word and those below, as JSON strings of their own, carries no signal. */
    private static final byte[][] ASSISTANT = words("assistant\"");

    /** A line without any of these carries at most words of the assistant. */
    private static final byte[][] OTHERS = words(
            "result\"",
            "control_response\"",
            "init\"",
            "api_retry\"",
            "background_tasks_changed\"",
            AUTHENTICATION + "\"");

    /** The bytes that a line's weight hangs on. */
    private static final boolean[] TELLING = new boolean[256];

    /** The bytes that the words begin with. */
    private static final boolean[] BEGINNINGS = new boolean[256];

    static {
        TELLING['"'] = true;
        TELLING['\\'] = true;
        TELLING['<'] = true;
        BEGINNINGS[ASSISTANT[0][0]] = true;
        for (byte[] word : OTHERS) {
            BEGINNINGS[word[0]] = true;
        }
    }

    /** What a line can carry, as far as that is known without parsing it. */
    public enum Weight {
        /** No signal. */
        NOTHING,
        /** At most {@link AgentSignal.Said}, with no {@code <} in it, and {@link AgentSignal.UsedTool}. */
        WORDS,
        /** Any signal. */
        ANYTHING
    }

    private AgentSignals() {}

    /**
     * What a line means: the most urgent where it means several things.
     *
     * @param buffer holds the line from {@code from} to before {@code to}, with or without its line end
     */
    public static Optional<AgentSignal> read(byte[] buffer, int from, int to) {
        List<AgentSignal> all = readAll(buffer, from, to);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getFirst());
    }

    /** All that a line means, the most urgent first; several only where a message holds several blocks. */
    public static List<AgentSignal> readAll(byte[] buffer, int from, int to) {
        if (weigh(buffer, from, to) == Weight.NOTHING) {
            return List.of();
        }
        return parse(buffer, from, to);
    }

    /** As {@link #readAll}, for a line that has been weighed. */
    public static List<AgentSignal> parse(byte[] buffer, int from, int to) {
        return AgentJson.parse(new String(buffer, from, to - from, StandardCharsets.UTF_8))
                .map(AgentSignals::of)
                .orElse(List.of());
    }

    /**
     * The filter before the parser. Keys come in any order and with or without blanks, so it looks for the values; text
     * inside of strings has its quotes escaped and cannot match.
     */
    public static Weight weigh(byte[] buffer, int from, int to) {
        boolean assistant = false;
        boolean marked = false;
        for (int at = from; at < to; at++) {
            byte value = buffer[at];
            if (!TELLING[value & 0xFF]) {
                continue;
            }
            if (value == '"') {
                if (at + 1 == to || !BEGINNINGS[buffer[at + 1] & 0xFF]) {
                    continue;
                }
                if (beginsWord(OTHERS, buffer, at + 1, to)) {
                    return Weight.ANYTHING;
                }
                assistant |= beginsWord(ASSISTANT, buffer, at + 1, to);
            } else if (value == '\\') {
                at++;
                // A mark may be written by its number.
                marked |= at < to && buffer[at] == 'u';
            } else {
                marked |= value == '<';
            }
        }
        return !assistant ? Weight.NOTHING : marked ? Weight.ANYTHING : Weight.WORDS;
    }

    private static boolean beginsWord(byte[][] words, byte[] buffer, int at, int to) {
        for (byte[] word : words) {
            if (at + word.length <= to && buffer[at] == word[0] && matches(buffer, at, word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(byte[] buffer, int at, byte[] word) {
        for (int i = 1; i < word.length; i++) {
            if (buffer[at + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    private static List<AgentSignal> of(ObjectNode line) {
        return switch (AgentJson.text(line, "type")) {
            case "system" -> system(line);
            case "assistant" -> AgentJson.isTopLevel(line) ? assistant(line) : List.of();
            case "result" -> ended(line);
            case "control_response" -> List.of(control(line.path("response")));
            default -> List.of();
        };
    }

    private static List<AgentSignal> system(ObjectNode line) {
        return switch (AgentJson.text(line, "subtype")) {
            case "init" ->
                List.of(new AgentSignal.Initialized(
                        AgentJson.text(line, "session_id"),
                        AgentJson.text(line, "model"),
                        AgentJson.text(line, "claude_code_version")));
            case "background_tasks_changed" ->
                List.of(new AgentSignal.BackgroundTasks(line.path("tasks").size()));
            case "api_retry" -> List.of(retry(line));
            default -> List.of();
        };
    }

    private static AgentSignal retry(ObjectNode line) {
        String error = AgentJson.text(line, "error");
        if (error.equals(AUTHENTICATION)) {
            return new AgentSignal.AuthenticationFailed(
                    "the model refused the agent's login (HTTP " + AgentJson.number(line, "error_status") + ")");
        }
        return new AgentSignal.Retrying(
                (int) AgentJson.number(line, "attempt"),
                (int) AgentJson.number(line, "max_retries"),
                AgentJson.number(line, "retry_delay_ms"),
                error);
    }

    private static List<AgentSignal> assistant(ObjectNode line) {
        List<AgentSignal> signals = new ArrayList<>();
        boolean failed = AgentJson.text(line, "error").equals(AUTHENTICATION);
        JsonNode content = line.path("message").path("content");
        for (JsonNode block : content.isTextual() ? List.of(textBlock(content)) : content) {
            switch (AgentJson.text(block, "type")) {
                case "text" -> {
                    String text = AgentJson.text(block, "text");
                    signals.add(failed ? new AgentSignal.AuthenticationFailed(text) : new AgentSignal.Said(text));
                }
                case "tool_use" -> {
                    String name = AgentJson.text(block, "name");
                    signals.add(new AgentSignal.UsedTool(
                            name, ToolSummary.input(name, block.path("input"), SUMMARY_LENGTH)));
                }
                default -> {
                    // Thinking and whatever comes new: for the reader of the output, not for the run.
                }
            }
        }
        return failed && signals.isEmpty() ? List.of(new AgentSignal.AuthenticationFailed("")) : signals;
    }

    private static JsonNode textBlock(JsonNode text) {
        ObjectNode block = AgentJson.object().put("type", "text");
        block.set("text", text);
        return block;
    }

    /** A turn that ended for want of a login says so beside its end; the text of it is never looked at. */
    private static List<AgentSignal> ended(ObjectNode line) {
        AgentSignal end = result(line);
        boolean refused = AgentJson.text(line, "error").equals(AUTHENTICATION)
                || AgentJson.number(line, "api_error_status") == UNAUTHORIZED;
        return refused && AgentJson.isErrorResult(line)
                ? List.of(new AgentSignal.AuthenticationFailed(AgentJson.text(line, "result")), end)
                : List.of(end);
    }

    private static AgentSignal result(ObjectNode line) {
        List<String> errors = AgentJson.texts(line, "errors");
        String text = AgentJson.text(line, "result");
        BigDecimal cost = AgentJson.cost(line, "total_cost_usd");
        JsonNode usage = line.path("usage");
        return new AgentSignal.TurnEnded(
                AgentJson.isErrorResult(line),
                text.isEmpty() ? String.join("; ", errors) : text,
                AgentJson.text(line, "terminal_reason"),
                errors,
                cost == null ? BigDecimal.ZERO : cost,
                AgentJson.number(line, "duration_ms"),
                (int) AgentJson.number(line, "num_turns"),
                (int) AgentJson.number(line, "queued_turn_count"),
                AgentJson.texts(line, "user_message_uuids"),
                AgentJson.number(usage, "input_tokens")
                        + AgentJson.number(usage, "cache_creation_input_tokens")
                        + AgentJson.number(usage, "cache_read_input_tokens"),
                AgentJson.number(usage, "output_tokens"));
    }

    private static AgentSignal control(JsonNode response) {
        return new AgentSignal.ControlAnswered(
                AgentJson.text(response, "request_id"),
                AgentJson.text(response, "subtype").equals("success"));
    }

    private static byte[][] words(String... words) {
        byte[][] bytes = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i].getBytes(StandardCharsets.US_ASCII);
        }
        return bytes;
    }
}
