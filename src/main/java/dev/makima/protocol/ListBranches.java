package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Which task branches the task's repository has. */
public record ListBranches(TaskId taskId, @Nullable UUID requestId) implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public ListBranches withRequestId(UUID requestId) {
        return new ListBranches(taskId, requestId);
    }
}
