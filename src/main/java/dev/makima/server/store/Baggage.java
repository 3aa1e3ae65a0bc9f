package dev.makima.server.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a task takes along to another daemon than the one that had it.
 *
 * @param patchData its newest checkpoint's patch, or null where there is none
 * @param patchBaseSha the commit that the patch begins at
 * @param patchFence by which hand-over of the task the patch was made; null for another task's, or where nobody knows
 * @param conversation what was said so far, oldest first, the newest part of it where it is long
 */
public record Baggage(
        @Nullable String patchData,
        @Nullable String patchBaseSha,
        @Nullable Long patchFence,
        ArrayNode conversation) {
    /** More than this is not taken along: a new agent has to read it all. */
    private static final int CHARACTERS_MAX = 60_000;
    /** What one message may have of that. */
    private static final int MESSAGE_MAX = 8_000;

    private static final Set<String> SPEAKERS = Set.of("assistant", "user");

    /** Nothing. */
    public static final Baggage NONE = new Baggage(null, null, null, JsonNodeFactory.instance.arrayNode());

    /**
     * The messages of a conversation.
     *
     * @param bodies entries, newest first; those that nobody said are left out
     */
    static ArrayNode conversation(List<String> bodies) {
        ArrayNode messages = JsonNodeFactory.instance.arrayNode();
        int left = CHARACTERS_MAX;
        for (String body : bodies) {
            JsonObject entry = new JsonObject(body);
            String content = entry.getString("content", "");
            if (content.isBlank() || !SPEAKERS.contains(entry.getString("messageType", ""))) {
                continue;
            }
            String text = content.length() > MESSAGE_MAX ? content.substring(0, MESSAGE_MAX) + " […]" : content;
            left -= text.length();
            if (left < 0) {
                break;
            }
            messages.insertObject(0).put("role", entry.getString("messageType")).put("content", text);
        }
        return messages;
    }
}
