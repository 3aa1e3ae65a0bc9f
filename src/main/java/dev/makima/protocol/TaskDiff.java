package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answer to {@link GetTaskDiff}. */
public record TaskDiff(
        TaskId taskId,
        boolean success,
        @Nullable String diff,
        @Nullable String error,
        @Nullable UUID requestId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, AnswerFrame {
    /** There is no diff. */
    public static TaskDiff failure(TaskId taskId, String error) {
        return new TaskDiff(taskId, false, null, error, null, null);
    }

    @Override
    public TaskDiff withRequestId(@Nullable UUID requestId) {
        return new TaskDiff(taskId, success, diff, error, requestId, fence);
    }

    @Override
    public TaskDiff withFence(long fence) {
        return new TaskDiff(taskId, success, diff, error, requestId, fence);
    }

    /** Without {@code diff}, which must not be logged. */
    @Override
    public String toString() {
        return "TaskDiff[taskId=" + taskId + ", success=" + success + ", error=" + error + ", requestId=" + requestId
                + "]";
    }
}
