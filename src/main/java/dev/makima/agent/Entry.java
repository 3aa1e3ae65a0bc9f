package dev.makima.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One thing that an agent, or the daemon about it, has said or done: what people and programs read of a task's output.
 *
 * @param messageType system, assistant, thinking, tool_use, tool_result, result, error, raw, daemon, or one that the
 *     server makes itself (auth_required, supervisor_question, checkpoint, export_patch)
 * @param content whole, for people, without NULs: one is nothing to read, and not every database stores it in a text
 * @param toolName of a tool_use
 * @param toolInput of a tool_use, as the agent gave it
 * @param isError where the agent says so
 * @param costUsd of a result: the session's total so far, resumes included
 * @param durationMs of a result, in milliseconds
 * @param isPartial whether a whole one follows that says it again
 * @param extra what else there is to know, by camelCase names; not to be changed
 */
public record Entry(
        String messageType,
        String content,
        @Nullable String toolName,
        @Nullable JsonNode toolInput,
        @Nullable Boolean isError,
        @Nullable BigDecimal costUsd,
        @Nullable Long durationMs,
        boolean isPartial,
        ObjectNode extra) {
    /** Shows a NUL as U+FFFD. */
    public Entry {
        content = content.replace('\0', '\uFFFD');
    }

    /** An entry of text only. */
    public static Entry of(String messageType, String content) {
        return of(messageType, content, AgentJson.object());
    }

    /** An entry of text and what else there is to know. */
    public static Entry of(String messageType, String content, ObjectNode extra) {
        return new Entry(messageType, content, null, null, null, null, null, false, extra);
    }
}
