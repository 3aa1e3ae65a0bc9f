package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Commit the merge in the task's worktree. */
public record MergeCommit(
        TaskId taskId, String message, @Nullable UUID requestId) implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public MergeCommit withRequestId(UUID requestId) {
        return new MergeCommit(taskId, message, requestId);
    }
}
