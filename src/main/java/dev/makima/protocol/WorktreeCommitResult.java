package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answer to {@link CommitWorktree}. */
public record WorktreeCommitResult(
        TaskId taskId,
        boolean success,
        @Nullable String commitSha,
        @Nullable String error,
        @Nullable UUID requestId,
        @Nullable String eventId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, EventFrame, AnswerFrame {
    /** There is no commit. */
    public static WorktreeCommitResult failure(TaskId taskId, String error) {
        return new WorktreeCommitResult(taskId, false, null, error, null, null, null);
    }

    @Override
    public WorktreeCommitResult withEventId(String eventId) {
        return new WorktreeCommitResult(taskId, success, commitSha, error, requestId, eventId, fence);
    }

    @Override
    public WorktreeCommitResult withRequestId(@Nullable UUID requestId) {
        return new WorktreeCommitResult(taskId, success, commitSha, error, requestId, eventId, fence);
    }

    @Override
    public WorktreeCommitResult withFence(long fence) {
        return new WorktreeCommitResult(taskId, success, commitSha, error, requestId, eventId, fence);
    }
}
