package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Commit what is uncommitted. */
public record CommitWorktree(
        TaskId taskId, @Nullable String message, @Nullable UUID requestId)
        implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public CommitWorktree withRequestId(UUID requestId) {
        return new CommitWorktree(taskId, message, requestId);
    }
}
