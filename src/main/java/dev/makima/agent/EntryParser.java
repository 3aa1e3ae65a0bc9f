package dev.makima.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.StreamName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes entries of output lines. Nothing is dropped but blank lines: what is not understood stays as it came, as
 * {@code raw}. Pure, thread-safe, never throws; the same line always gives the same entries in the same order.
 */
public final class EntryParser {
    private static final int TOOL_LINE = 200;

    private EntryParser() {}

    /**
     * The entries of one line.
     *
     * @param line holds the line from {@code from} to before {@code to}, without its line feed; a carriage return at
     *     its end is dropped, what is no UTF-8 is replaced by U+FFFD
     */
    public static List<Entry> parse(StreamName stream, byte[] line, int from, int to) {
        int end = to > from && line[to - 1] == '\r' ? to - 1 : to;
        String text = new String(line, from, end - from, StandardCharsets.UTF_8);
        if (text.isBlank()) {
            return List.of();
        }
        return switch (stream) {
            case STDOUT -> output(text);
            // Standard error holds warnings and progress as often as errors; only the exit tells.
            case STDERR -> List.of(Entry.of("raw", text, AgentJson.object().put("stream", stream.wire())));
            case DAEMON -> List.of(Entry.of("daemon", text));
        };
    }

    private static List<Entry> output(String text) {
        if (!text.stripLeading().startsWith("{")) {
            return List.of(raw(text));
        }
        List<Entry> entries = AgentJson.parse(text).map(EntryParser::entries).orElse(List.of());
        return entries.isEmpty() ? List.of(raw(text)) : entries;
    }

    /** Empty where the object is of a kind that nobody told us about. */
    private static List<Entry> entries(ObjectNode line) {
        return switch (AgentJson.text(line, "type")) {
            case "system",
                    "command_lifecycle",
                    "control_response",
                    "control_cancel_request",
                    "keep_alive",
                    "rate_limit_event",
                    "tool_progress" -> List.of(SystemEntries.of(line));
            case "assistant" -> blocks(line, true);
            case "user" -> blocks(line, false);
            case "result" -> List.of(result(line));
            case "error" -> List.of(error(line));
            case "stream_event" -> partial(line.path("event").path("delta"), line);
            default -> List.of();
        };
    }

    private static List<Entry> blocks(ObjectNode line, boolean assistant) {
        JsonNode content = line.path("message").path("content");
        if (content.isTextual()) {
            return List.of(spoken(content.textValue(), line, assistant));
        }
        List<Entry> entries = new ArrayList<>(content.size());
        for (JsonNode block : content) {
            entries.add(block(block, line, assistant));
        }
        return entries;
    }

    private static Entry block(JsonNode block, ObjectNode line, boolean assistant) {
        return switch (AgentJson.text(block, "type")) {
            case "text" -> spoken(AgentJson.text(block, "text"), line, assistant);
            case "thinking" -> Entry.of("thinking", AgentJson.text(block, "thinking"), extra(line));
            case "tool_use", "server_tool_use" -> toolUse(block, line);
            case "tool_result" -> toolResult(block, line);
            default -> Entry.of("raw", block.toString(), extra(line));
        };
    }

    private static Entry spoken(String text, ObjectNode line, boolean assistant) {
        ObjectNode extra = extra(line);
        if (!assistant) {
            // What the agent's program puts into the conversation in the user's name.
            return Entry.of("system", text, extra.put("role", "user"));
        }
        String error = AgentJson.text(line, "error");
        if (error.isEmpty()) {
            return Entry.of("assistant", text, extra);
        }
        return new Entry("error", text, null, null, true, null, null, false, extra.put("error", error));
    }

    private static Entry toolUse(JsonNode block, ObjectNode line) {
        String name = AgentJson.text(block, "name");
        JsonNode input = block.path("input");
        return new Entry(
                "tool_use",
                ToolSummary.oneLine(name, input, TOOL_LINE),
                name,
                input.isMissingNode() ? null : input,
                null,
                null,
                null,
                false,
                extra(line).put("toolUseId", AgentJson.text(block, "id")));
    }

    private static Entry toolResult(JsonNode block, ObjectNode line) {
        return new Entry(
                "tool_result",
                resultText(block.path("content")),
                null,
                null,
                AgentJson.flag(block, "is_error"),
                null,
                null,
                false,
                extra(line).put("toolUseId", AgentJson.text(block, "tool_use_id")));
    }

    private static String resultText(JsonNode content) {
        if (content.isTextual()) {
            return content.textValue();
        }
        List<String> parts = new ArrayList<>();
        for (JsonNode part : content) {
            String type = AgentJson.text(part, "type");
            // An image would be megabytes of base64 in a text that people read; its bytes stay in the stored output.
            parts.add(
                    type.equals("text")
                            ? AgentJson.text(part, "text")
                            : part.has("source") ? "[" + type + "]" : part.toString());
        }
        return String.join("\n", parts);
    }

    private static Entry result(ObjectNode line) {
        List<String> errors = AgentJson.texts(line, "errors");
        String text = AgentJson.text(line, "result");
        ObjectNode extra = AgentJson.object();
        copy(line, "subtype", extra, "subtype");
        copy(line, "terminal_reason", extra, "terminalReason");
        copy(line, "num_turns", extra, "turns");
        copy(line, "queued_turn_count", extra, "queuedTurns");
        copy(line, "result_index", extra, "resultIndex");
        copy(line, "api_error_status", extra, "apiErrorStatus");
        copy(line, "session_id", extra, "sessionId");
        copy(line, "errors", extra, "errors");
        copy(line, "usage", extra, "usage");
        copy(line, "modelUsage", extra, "modelUsage");
        return new Entry(
                "result",
                text.isEmpty() ? String.join("\n", errors) : text,
                null,
                null,
                AgentJson.isErrorResult(line),
                AgentJson.cost(line, "total_cost_usd"),
                AgentJson.has(line, "duration_ms") ? AgentJson.number(line, "duration_ms") : null,
                false,
                extra);
    }

    private static Entry error(ObjectNode line) {
        JsonNode error = line.path("error");
        String text = AgentJson.text(line, "message")
                + AgentJson.text(error, "message")
                + (error.isTextual() ? error.textValue() : "");
        return new Entry(
                "error",
                text.isEmpty() ? line.toString() : text,
                null,
                null,
                true,
                null,
                null,
                false,
                AgentJson.object());
    }

    private static List<Entry> partial(JsonNode delta, ObjectNode line) {
        return switch (AgentJson.text(delta, "type")) {
            case "text_delta" -> List.of(partial("assistant", AgentJson.text(delta, "text"), line));
            case "thinking_delta" -> List.of(partial("thinking", AgentJson.text(delta, "thinking"), line));
            default -> List.of();
        };
    }

    private static Entry partial(String messageType, String text, ObjectNode line) {
        return new Entry(messageType, text, null, null, null, null, null, true, extra(line));
    }

    /** Whose block it is, where another agent does the work of a tool. */
    private static ObjectNode extra(ObjectNode line) {
        ObjectNode extra = AgentJson.object();
        copy(line, "parent_tool_use_id", extra, "parentToolUseId");
        return extra;
    }

    private static void copy(ObjectNode from, String field, ObjectNode to, String name) {
        if (AgentJson.has(from, field)) {
            to.set(name, from.get(field));
        }
    }

    private static Entry raw(String text) {
        return Entry.of("raw", text);
    }
}
