package dev.makima.protocol;

import dev.makima.base.TaskId;
import org.jspecify.annotations.Nullable;

/** The task has ended: its tool key is worth nothing any more. */
public record RevokeToolKey(
        TaskId taskId, @Nullable String eventId, @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, EventFrame {

    @Override
    public RevokeToolKey withEventId(String eventId) {
        return new RevokeToolKey(taskId, eventId, fence);
    }

    @Override
    public RevokeToolKey withFence(long fence) {
        return new RevokeToolKey(taskId, eventId, fence);
    }
}
