package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How the merge in the task's worktree stands. */
public record MergeStatus(TaskId taskId, @Nullable UUID requestId) implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public MergeStatus withRequestId(UUID requestId) {
        return new MergeStatus(taskId, requestId);
    }
}
