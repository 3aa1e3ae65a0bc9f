package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Remove the task's worktree and all that is kept about it. */
public record CleanupWorktree(
        TaskId taskId, boolean deleteBranch, @Nullable UUID requestId) implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public CleanupWorktree withRequestId(UUID requestId) {
        return new CleanupWorktree(taskId, deleteBranch, requestId);
    }
}
