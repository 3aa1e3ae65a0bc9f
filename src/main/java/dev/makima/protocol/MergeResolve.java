package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Take one side of a conflicted file.
 *
 * @param strategy {@code ours} or {@code theirs}
 */
public record MergeResolve(
        TaskId taskId,
        String file,
        String strategy,
        @Nullable UUID requestId) implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public MergeResolve withRequestId(UUID requestId) {
        return new MergeResolve(taskId, file, strategy, requestId);
    }
}
