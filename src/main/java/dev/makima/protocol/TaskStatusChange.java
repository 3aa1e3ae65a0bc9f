package dev.makima.protocol;

import dev.makima.base.TaskId;
import org.jspecify.annotations.Nullable;

/** A task went from one state to another; the same state twice tells the state again. */
public record TaskStatusChange(
        TaskId taskId,
        TaskState oldStatus,
        TaskState newStatus,
        @Nullable String eventId,
        @Nullable Long fence) implements DaemonFrame, FencedFrame, TaskFrame, EventFrame {

    /** The change without event id and fence. */
    public static TaskStatusChange of(TaskId taskId, TaskState oldStatus, TaskState newStatus) {
        return new TaskStatusChange(taskId, oldStatus, newStatus, null, null);
    }

    @Override
    public TaskStatusChange withEventId(String eventId) {
        return new TaskStatusChange(taskId, oldStatus, newStatus, eventId, fence);
    }

    @Override
    public TaskStatusChange withFence(long fence) {
        return new TaskStatusChange(taskId, oldStatus, newStatus, eventId, fence);
    }
}
