package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@link CloneWorktree}.
 *
 * @param targetDir expanded
 */
public record CloneWorktreeResult(
        TaskId taskId,
        boolean success,
        String message,
        @Nullable String targetDir,
        @Nullable UUID requestId,
        @Nullable String eventId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, EventFrame, AnswerFrame {
    /** Nothing was cloned. */
    public static CloneWorktreeResult failure(TaskId taskId, String message, @Nullable String targetDir) {
        return new CloneWorktreeResult(taskId, false, message, targetDir, null, null, null);
    }

    @Override
    public CloneWorktreeResult withEventId(String eventId) {
        return new CloneWorktreeResult(taskId, success, message, targetDir, requestId, eventId, fence);
    }

    @Override
    public CloneWorktreeResult withRequestId(@Nullable UUID requestId) {
        return new CloneWorktreeResult(taskId, success, message, targetDir, requestId, eventId, fence);
    }

    @Override
    public CloneWorktreeResult withFence(long fence) {
        return new CloneWorktreeResult(taskId, success, message, targetDir, requestId, eventId, fence);
    }
}
