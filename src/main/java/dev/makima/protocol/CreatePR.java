package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Commit, push and open a pull request. */
public record CreatePR(
        TaskId taskId,
        String title,
        @Nullable String body,
        @Nullable String baseBranch,
        @Nullable String branch,
        @Nullable UUID requestId)
        implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public CreatePR withRequestId(UUID requestId) {
        return new CreatePR(taskId, title, body, baseBranch, branch, requestId);
    }
}
