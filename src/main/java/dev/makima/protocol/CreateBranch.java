package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Create a branch and check it out in the task's worktree.
 *
 * @param fromRef HEAD where absent
 */
public record CreateBranch(
        TaskId taskId,
        String branchName,
        @Nullable String fromRef,
        @Nullable UUID requestId) implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public CreateBranch withRequestId(UUID requestId) {
        return new CreateBranch(taskId, branchName, fromRef, requestId);
    }
}
