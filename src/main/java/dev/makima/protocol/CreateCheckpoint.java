package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Commit the work so far as a checkpoint. */
public record CreateCheckpoint(
        TaskId taskId, String message, @Nullable UUID requestId) implements ServerFrame, TaskFrame, CommandFrame {

    @Override
    public CreateCheckpoint withRequestId(UUID requestId) {
        return new CreateCheckpoint(taskId, message, requestId);
    }
}
