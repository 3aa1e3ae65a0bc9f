package dev.makima.protocol;

import dev.makima.base.TaskId;
import org.jspecify.annotations.Nullable;

/** After a restart: this task was unfinished and its agent is gone. */
public record TaskRecoveryDetected(
        TaskId taskId,
        TaskState previousState,
        boolean worktreeIntact,
        @Nullable String worktreePath,
        boolean needsPatch,
        @Nullable String eventId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, EventFrame {

    @Override
    public TaskRecoveryDetected withEventId(String eventId) {
        return new TaskRecoveryDetected(
                taskId, previousState, worktreeIntact, worktreePath, needsPatch, eventId, fence);
    }

    @Override
    public TaskRecoveryDetected withFence(long fence) {
        return new TaskRecoveryDetected(
                taskId, previousState, worktreeIntact, worktreePath, needsPatch, eventId, fence);
    }
}
