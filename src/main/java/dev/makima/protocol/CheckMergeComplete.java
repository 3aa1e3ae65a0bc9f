package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Whether all branches of the task's children are merged or skipped. */
public record CheckMergeComplete(TaskId taskId, @Nullable UUID requestId)
        implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public CheckMergeComplete withRequestId(UUID requestId) {
        return new CheckMergeComplete(taskId, requestId);
    }
}
