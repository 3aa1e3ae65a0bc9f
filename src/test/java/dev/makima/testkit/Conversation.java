package dev.makima.testkit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a conversation stands, read from the messages that the agent sends with each call of its model.
 *
 * @param prompt the last user prompt, without the agent's own reminders; empty where there is none
 * @param marker the content of the last {@code @@mock …@@} marker in any prompt; it stays in force
 * @param round prompts since that marker (or since the first prompt), from 0
 * @param step answered tool rounds since the last prompt, from 0
 * @param prompts how many prompts there were
 */
record Conversation(String prompt, Optional<String> marker, int round, int step, int prompts) {
    private static final Pattern MARKER = Pattern.compile("@@mock\\s+(.*?)@@", Pattern.DOTALL);
    private static final Pattern REMINDER =
            Pattern.compile("\\s*<(system-reminder|environment_context|session_context)");

    /** Reads the {@code messages} of a request body. */
    static Conversation of(JsonObject body) {
        String prompt = "";
        Optional<String> marker = Optional.empty();
        int markedAt = 0;
        int prompts = 0;
        int step = 0;
        JsonArray messages = body.getJsonArray("messages", new JsonArray());
        for (int i = 0; i < messages.size(); i++) {
            JsonObject message = messages.getJsonObject(i);
            if (!"user".equals(message.getString("role"))) {
                continue;
            }
            List<JsonObject> blocks = blocks(message.getValue("content"));
            boolean results = blocks.stream().anyMatch(block -> "tool_result".equals(block.getString("type")));
            String text = text(blocks, results);
            if (text.isEmpty()) {
                step += results ? 1 : 0;
                continue;
            }
            prompts++;
            // A prompt folded into a running turn comes together with that turn's tool results.
            step = 0;
            prompt = text;
            Matcher found = MARKER.matcher(text);
            while (found.find()) {
                marker = Optional.of(found.group(1));
                markedAt = prompts - 1;
            }
        }
        return new Conversation(prompt, marker, Math.max(0, prompts - 1 - markedAt), step, prompts);
    }

    private static List<JsonObject> blocks(Object content) {
        if (content instanceof String text) {
            return List.of(new JsonObject().put("type", "text").put("text", text));
        }
        List<JsonObject> blocks = new ArrayList<>();
        if (content instanceof JsonArray given) {
            for (int i = 0; i < given.size(); i++) {
                blocks.add(given.getJsonObject(i));
            }
        }
        return blocks;
    }

    /** Beside tool results stand the agent's own notes, too many kinds to know: there only a marked text is a prompt. */
    private static String text(List<JsonObject> blocks, boolean besideResults) {
        return String.join(
                "\n",
                blocks.stream()
                        .filter(block -> "text".equals(block.getString("type")))
                        .map(block -> Objects.requireNonNullElse(block.getString("text"), ""))
                        .filter(text -> !REMINDER.matcher(text).lookingAt())
                        .filter(text -> !besideResults || MARKER.matcher(text).find())
                        .toList());
    }
}
