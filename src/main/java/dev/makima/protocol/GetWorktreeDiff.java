package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The uncommitted work only. */
public record GetWorktreeDiff(
        TaskId taskId, @Nullable String file, @Nullable UUID requestId)
        implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public GetWorktreeDiff withRequestId(UUID requestId) {
        return new GetWorktreeDiff(taskId, file, requestId);
    }
}
