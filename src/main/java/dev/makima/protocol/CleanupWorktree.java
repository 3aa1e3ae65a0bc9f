package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Remove the task's worktree and all that is kept about it.
 *
 * @param deleteBranch whether its branches go too
 * @param keepUnmerged true where what is nowhere else is to stay all the same, as a branch with commits that no other one has;
 *     null where nothing was said about it
 */
public record CleanupWorktree(
        TaskId taskId,
        boolean deleteBranch,
        @Nullable UUID requestId,
        @Nullable Boolean keepUnmerged) implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public CleanupWorktree withRequestId(UUID requestId) {
        return new CleanupWorktree(taskId, deleteBranch, requestId, keepUnmerged);
    }
}
