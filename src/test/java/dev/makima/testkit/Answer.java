package dev.makima.testkit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One step as a message of the Anthropic API: whole, or as the events of a stream. */
final class Answer {
    /** What a stream consists of. */
    sealed interface Part {
        /** An event. */
        record Event(String type, JsonObject data) implements Part {}

        /** A pause in milliseconds. */
        record Pause(long millis) implements Part {}

        /** Nothing more, with the connection left open. */
        record Silence() implements Part {}

        /** The connection's end in the middle. */
        record Cut() implements Part {}

        /** The stream's regular end. */
        record End() implements Part {}
    }

    private final Step step;
    private final int number;
    private final String model;
    private final String text;
    private final List<Part> parts = new ArrayList<>();

    /**
     * Plans an answer.
     *
     * @param number makes the ids of this answer unique
     * @param model the model's name as the caller gave it
     */
    Answer(Step step, int number, String model) {
        this.step = step;
        this.number = number;
        this.model = model;
        this.text = step.fullText();
    }

    /** Replaces the placeholders in a step's strings. */
    static Step filled(Step step, Conversation conversation, int number) {
        List<ToolCall> tools = step.tools().stream()
                .map(tool -> new ToolCall(
                        tool.name(), new JsonObject(fill(tool.input().encode(), conversation, number, true))))
                .toList();
        Step filled =
                step.withText(fill(step.text(), conversation, number, false)).withTools(tools);
        return step.thinking() == null ? filled : filled.thinking(fill(step.thinking(), conversation, number, false));
    }

    private static String fill(String template, Conversation conversation, int number, boolean json) {
        if (!template.contains("{{")) {
            return template;
        }
        String encoded = new JsonArray().add(conversation.prompt()).encode();
        String prompt = json ? encoded.substring(2, encoded.length() - 2) : conversation.prompt();
        return template.replace("{{step}}", String.valueOf(conversation.step()))
                .replace("{{round}}", String.valueOf(conversation.round()))
                .replace("{{n}}", String.valueOf(number))
                .replace("{{uuid}}", UUID.randomUUID().toString())
                .replace("{{prompt}}", prompt);
    }

    /** The message for a caller that did not ask for a stream. */
    JsonObject whole() {
        JsonArray content = new JsonArray();
        if (!text.isEmpty()) {
            content.add(new JsonObject().put("type", "text").put("text", text));
        }
        for (int i = 0; i < step.tools().size(); i++) {
            content.add(toolBlock(i, step.tools().get(i).input()));
        }
        return message(content, stopReason(), usage());
    }

    /** The parts of a stream, in order; the last one is how it ends. */
    List<Part> stream() {
        event(
                "message_start",
                new JsonObject().put("message", message(new JsonArray(), null, usage().put("output_tokens", 1))));
        Optional<Part> early = faultAt(Fault.Where.START);
        if (early.isPresent()) {
            parts.add(early.get());
            return parts;
        }
        int index = 0;
        if (step.thinking() != null) {
            thinkingBlock(index++, step.thinking());
        }
        if (!text.isEmpty()) {
            if (!textBlock(index++)) {
                return parts;
            }
        }
        for (int i = 0; i < step.tools().size(); i++) {
            toolUseBlock(index++, i);
        }
        event(
                "message_delta",
                new JsonObject()
                        .put(
                                "delta",
                                new JsonObject()
                                        .put("stop_reason", stopReason())
                                        .putNull("stop_sequence"))
                        .put("usage", new JsonObject().put("output_tokens", usage().getValue("output_tokens"))));
        event("message_stop", new JsonObject());
        parts.add(new Part.End());
        return parts;
    }

    private void thinkingBlock(int index, String thinking) {
        blockStart(
                index,
                new JsonObject().put("type", "thinking").put("thinking", "").put("signature", ""));
        for (String piece : pieces(thinking)) {
            delta(index, new JsonObject().put("type", "thinking_delta").put("thinking", piece));
            pause();
        }
        delta(index, new JsonObject().put("type", "signature_delta").put("signature", "c2NyaXB0"));
        blockStop(index);
    }

    /** False where the stream ended inside this block. */
    private boolean textBlock(int index) {
        blockStart(index, new JsonObject().put("type", "text").put("text", ""));
        List<String> pieces = pieces(text);
        for (int i = 0; i < pieces.size(); i++) {
            if (i == pieces.size() / 2) {
                if (step.fault() instanceof Fault.StreamError(String type, String message)) {
                    event(
                            "error",
                            new JsonObject()
                                    .put(
                                            "error",
                                            new JsonObject().put("type", type).put("message", message)));
                    parts.add(new Part.End());
                    return false;
                }
                Optional<Part> end = faultAt(Fault.Where.MIDDLE);
                if (end.isPresent()) {
                    // What was sent before must have arrived, or a cut in the middle would look like one at the start.
                    parts.add(new Part.Pause(50));
                    parts.add(end.get());
                    return false;
                }
            }
            delta(index, new JsonObject().put("type", "text_delta").put("text", pieces.get(i)));
            pause();
        }
        blockStop(index);
        return true;
    }

    private void toolUseBlock(int index, int tool) {
        blockStart(index, toolBlock(tool, new JsonObject()));
        for (String piece : pieces(step.tools().get(tool).input().encode())) {
            delta(index, new JsonObject().put("type", "input_json_delta").put("partial_json", piece));
        }
        blockStop(index);
    }

    private JsonObject toolBlock(int tool, JsonObject input) {
        return new JsonObject()
                .put("type", "tool_use")
                .put("id", "toolu_script_" + number + "_" + tool)
                .put("name", step.tools().get(tool).name())
                .put("input", input);
    }

    private JsonObject message(JsonArray content, @Nullable String stop, JsonObject usage) {
        return new JsonObject()
                .put("id", "msg_script_" + number)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", model)
                .put("content", content)
                .put("stop_reason", stop)
                .putNull("stop_sequence")
                .put("usage", usage);
    }

    private JsonObject usage() {
        return new JsonObject()
                .put("input_tokens", 100)
                .put("cache_creation_input_tokens", 0)
                .put("cache_read_input_tokens", 0)
                .put("output_tokens", Math.max(1, text.length() / 4))
                .mergeIn(step.usage());
    }

    private String stopReason() {
        return Objects.requireNonNullElse(step.stop(), step.tools().isEmpty() ? "end_turn" : "tool_use");
    }

    private Optional<Part> faultAt(Fault.Where place) {
        return switch (step.fault()) {
            case Fault.Hang(Fault.Where where) when where == place -> Optional.of(new Part.Silence());
            case Fault.Drop(Fault.Where where) when where == place -> Optional.of(new Part.Cut());
            case null, default -> Optional.empty();
        };
    }

    private List<String> pieces(String whole) {
        List<String> pieces = new ArrayList<>();
        for (int from = 0; from < whole.length(); ) {
            int to = Math.min(whole.length(), from + step.chunk());
            if (to < whole.length() && Character.isHighSurrogate(whole.charAt(to - 1))) {
                to++;
            }
            pieces.add(whole.substring(from, to));
            from = to;
        }
        return pieces;
    }

    private void pause() {
        if (step.delay().isPositive()) {
            parts.add(new Part.Pause(step.delay().toMillis()));
        }
    }

    private void blockStart(int index, JsonObject block) {
        event("content_block_start", new JsonObject().put("index", index).put("content_block", block));
    }

    private void delta(int index, JsonObject delta) {
        event("content_block_delta", new JsonObject().put("index", index).put("delta", delta));
    }

    private void blockStop(int index) {
        event("content_block_stop", new JsonObject().put("index", index));
    }

    private void event(String type, JsonObject data) {
        parts.add(new Part.Event(type, new JsonObject().put("type", type).mergeIn(data)));
    }
}
