package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answer to {@link GetWorktreeDiff}. */
public record WorktreeDiffResult(
        TaskId taskId,
        boolean success,
        @Nullable String diff,
        @Nullable String error,
        @Nullable UUID requestId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, AnswerFrame {
    /** There is no diff. */
    public static WorktreeDiffResult failure(TaskId taskId, String error) {
        return new WorktreeDiffResult(taskId, false, null, error, null, null);
    }

    @Override
    public WorktreeDiffResult withRequestId(@Nullable UUID requestId) {
        return new WorktreeDiffResult(taskId, success, diff, error, requestId, fence);
    }

    @Override
    public WorktreeDiffResult withFence(long fence) {
        return new WorktreeDiffResult(taskId, success, diff, error, requestId, fence);
    }

    /** Without {@code diff}, which must not be logged. */
    @Override
    public String toString() {
        return "WorktreeDiffResult[taskId=" + taskId + ", success=" + success + ", error=" + error + ", requestId="
                + requestId + "]";
    }
}
