package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Copy the task's worktree to a repository of its own. */
public record CloneWorktree(
        TaskId taskId, String targetDir, @Nullable UUID requestId) implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public CloneWorktree withRequestId(UUID requestId) {
        return new CloneWorktree(taskId, targetDir, requestId);
    }
}
