package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Leave out a subtask's branch for good. */
public record MergeSkip(
        TaskId taskId,
        TaskId subtaskId,
        String reason,
        @Nullable UUID requestId) implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public MergeSkip withRequestId(UUID requestId) {
        return new MergeSkip(taskId, subtaskId, reason, requestId);
    }
}
