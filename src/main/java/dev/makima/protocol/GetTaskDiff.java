package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The task's whole change, uncommitted work and new files included. */
public record GetTaskDiff(TaskId taskId, @Nullable UUID requestId) implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public GetTaskDiff withRequestId(UUID requestId) {
        return new GetTaskDiff(taskId, requestId);
    }
}
