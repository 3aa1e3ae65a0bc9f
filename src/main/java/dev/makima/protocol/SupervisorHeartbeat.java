package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a supervisor is at, sent with each heartbeat where its spawn carried a phase.
 *
 * @param progress 0 to 100
 */
public record SupervisorHeartbeat(
        TaskId taskId,
        UUID contractId,
        SupervisorState state,
        String phase,
        @Nullable String currentActivity,
        int progress,
        List<TaskId> pendingTaskIds,
        Instant timestamp,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame {

    /** Copies the lists. */
    public SupervisorHeartbeat {
        pendingTaskIds = List.copyOf(pendingTaskIds);
    }

    @Override
    public SupervisorHeartbeat withFence(long fence) {
        return new SupervisorHeartbeat(
                taskId, contractId, state, phase, currentActivity, progress, pendingTaskIds, timestamp, fence);
    }
}
