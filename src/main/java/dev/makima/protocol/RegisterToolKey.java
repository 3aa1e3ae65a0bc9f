package dev.makima.protocol;

import dev.makima.base.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * The key that the task's agent will use towards the server; sent before the agent starts.
 *
 * @param key 64 hex digits, never to be logged
 */
public record RegisterToolKey(
        TaskId taskId,
        String key,
        @Nullable String eventId,
        @Nullable Long fence) implements DaemonFrame, FencedFrame, TaskFrame, EventFrame {

    @Override
    public RegisterToolKey withEventId(String eventId) {
        return new RegisterToolKey(taskId, key, eventId, fence);
    }

    /** Without {@code key}, which must not be logged. */
    @Override
    public String toString() {
        return "RegisterToolKey[taskId=" + taskId + ", fence=" + fence + "]";
    }

    @Override
    public RegisterToolKey withFence(long fence) {
        return new RegisterToolKey(taskId, key, eventId, fence);
    }
}
