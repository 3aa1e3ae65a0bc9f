package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What there is in the task's worktree. */
public record GetWorktreeInfo(TaskId taskId, @Nullable UUID requestId) implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public GetWorktreeInfo withRequestId(UUID requestId) {
        return new GetWorktreeInfo(taskId, requestId);
    }
}
