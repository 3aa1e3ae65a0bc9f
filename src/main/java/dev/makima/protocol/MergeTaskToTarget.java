package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Merge a task's whole work into a branch. */
public record MergeTaskToTarget(
        TaskId taskId,
        @Nullable String targetBranch,
        boolean squash,
        @Nullable UUID requestId) implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public MergeTaskToTarget withRequestId(UUID requestId) {
        return new MergeTaskToTarget(taskId, targetBranch, squash, requestId);
    }
}
