package dev.makima.protocol;

import dev.makima.base.TaskId;
import org.jspecify.annotations.Nullable;

/** A short summary for people of what the task is at. */
public record TaskProgress(
        TaskId taskId, String summary, @Nullable Long fence) implements DaemonFrame, TaskFrame, FencedFrame {
    @Override
    public TaskProgress withFence(long fence) {
        return new TaskProgress(taskId, summary, fence);
    }
}
