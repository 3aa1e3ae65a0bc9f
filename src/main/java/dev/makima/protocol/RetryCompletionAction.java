package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Do a task's completion action again.
 *
 * @param action none, branch, merge or pr
 */
public record RetryCompletionAction(
        TaskId taskId,
        String taskName,
        String action,
        String targetRepoPath,
        @Nullable String targetBranch,
        @Nullable UUID requestId)
        implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public RetryCompletionAction withRequestId(UUID requestId) {
        return new RetryCompletionAction(taskId, taskName, action, targetRepoPath, targetBranch, requestId);
    }
}
