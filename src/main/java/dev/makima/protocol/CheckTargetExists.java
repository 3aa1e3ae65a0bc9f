package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whether a directory exists on the daemon's machine. */
public record CheckTargetExists(
        TaskId taskId, String targetDir, @Nullable UUID requestId) implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public CheckTargetExists withRequestId(UUID requestId) {
        return new CheckTargetExists(taskId, targetDir, requestId);
    }
}
