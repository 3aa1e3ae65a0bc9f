package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@link CheckTargetExists}.
 *
 * @param targetDir expanded
 */
public record CheckTargetExistsResult(
        TaskId taskId,
        boolean exists,
        String targetDir,
        @Nullable UUID requestId,
        @Nullable Long fence) implements DaemonFrame, FencedFrame, TaskFrame, AnswerFrame {

    @Override
    public CheckTargetExistsResult withRequestId(@Nullable UUID requestId) {
        return new CheckTargetExistsResult(taskId, exists, targetDir, requestId, fence);
    }

    @Override
    public CheckTargetExistsResult withFence(long fence) {
        return new CheckTargetExistsResult(taskId, exists, targetDir, requestId, fence);
    }
}
