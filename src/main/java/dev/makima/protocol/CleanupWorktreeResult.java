package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answer to {@link CleanupWorktree}. */
public record CleanupWorktreeResult(
        TaskId taskId,
        boolean success,
        String message,
        @Nullable UUID requestId,
        @Nullable String eventId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, EventFrame, AnswerFrame {
    /** It stays. */
    public static CleanupWorktreeResult failure(TaskId taskId, String message) {
        return new CleanupWorktreeResult(taskId, false, message, null, null, null);
    }

    @Override
    public CleanupWorktreeResult withEventId(String eventId) {
        return new CleanupWorktreeResult(taskId, success, message, requestId, eventId, fence);
    }

    @Override
    public CleanupWorktreeResult withRequestId(@Nullable UUID requestId) {
        return new CleanupWorktreeResult(taskId, success, message, requestId, eventId, fence);
    }

    @Override
    public CleanupWorktreeResult withFence(long fence) {
        return new CleanupWorktreeResult(taskId, success, message, requestId, eventId, fence);
    }
}
