package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Give up the merge in the task's worktree. */
public record MergeAbort(TaskId taskId, @Nullable UUID requestId) implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public MergeAbort withRequestId(UUID requestId) {
        return new MergeAbort(taskId, requestId);
    }
}
