package dev.makima.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a task's output as the REST API tells it.
 *
 * @param seq its number in the task, from 1, without gaps in what one reader gets
 * @param messageType assistant, tool_use, … ; one that is not known is shown as it is
 * @param content the text; may be shortened, then {@code truncated}
 * @param stream stdout, stderr or daemon
 */
public record EntryView(
        long seq,
        String messageType,
        String content,
        @Nullable String toolName,
        @Nullable JsonNode toolInput,
        @Nullable Boolean isError,
        @Nullable Double costUsd,
        @Nullable Long durationMs,
        @Nullable Boolean isPartial,
        @Nullable String stream,
        @Nullable Boolean truncated,
        @Nullable Long fullLength,
        @Nullable JsonNode extra) {

    /** Absent texts are empty ones. */
    public EntryView {
        messageType = messageType == null ? "raw" : messageType;
        content = content == null ? "" : content;
    }

    /** Whether it tells of a failure. */
    public boolean failed() {
        return Boolean.TRUE.equals(isError);
    }

    /** Whether a later entry repeats it in full. */
    public boolean partial() {
        return Boolean.TRUE.equals(isPartial);
    }
}
