package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Merge a branch into the task's worktree, without committing. */
public record MergeStart(
        TaskId taskId, String sourceBranch, @Nullable UUID requestId) implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public MergeStart withRequestId(UUID requestId) {
        return new MergeStart(taskId, sourceBranch, requestId);
    }
}
