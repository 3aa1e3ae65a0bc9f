package dev.makima.protocol;

import dev.makima.base.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * A finished task's change for a supervisor whose worktree is on another daemon.
 *
 * @param patchData base64 of the gzipped patch
 */
public record MergePatchToSupervisor(
        TaskId taskId,
        TaskId supervisorTaskId,
        String patchData,
        String baseSha,
        @Nullable String eventId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, EventFrame {

    @Override
    public MergePatchToSupervisor withEventId(String eventId) {
        return new MergePatchToSupervisor(taskId, supervisorTaskId, patchData, baseSha, eventId, fence);
    }

    /** Without {@code patchData}, which must not be logged. */
    @Override
    public String toString() {
        return "MergePatchToSupervisor[taskId=" + taskId + ", supervisorTaskId=" + supervisorTaskId + ", baseSha="
                + baseSha + ", fence=" + fence + "]";
    }

    @Override
    public MergePatchToSupervisor withFence(long fence) {
        return new MergePatchToSupervisor(taskId, supervisorTaskId, patchData, baseSha, eventId, fence);
    }
}
