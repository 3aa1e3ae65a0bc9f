package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@link CheckTargetExists}.
 *
 * @param targetDir expanded
 * @param error why it can't be told, where that is so; it then counts as missing
 */
public record CheckTargetExistsResult(
        TaskId taskId,
        boolean exists,
        String targetDir,
        @Nullable String error,
        @Nullable UUID requestId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, AnswerFrame {
    /** It can't be told whether it exists. */
    public static CheckTargetExistsResult failure(TaskId taskId, String targetDir, String error) {
        return new CheckTargetExistsResult(taskId, false, targetDir, error, null, null);
    }

    @Override
    public CheckTargetExistsResult withRequestId(@Nullable UUID requestId) {
        return new CheckTargetExistsResult(taskId, exists, targetDir, error, requestId, fence);
    }

    @Override
    public CheckTargetExistsResult withFence(long fence) {
        return new CheckTargetExistsResult(taskId, exists, targetDir, error, requestId, fence);
    }
}
