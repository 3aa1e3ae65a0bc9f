package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@link MergeTaskToTarget}.
 *
 * @param conflicts paths
 */
public record MergeToTargetResult(
        TaskId taskId,
        boolean success,
        String message,
        @Nullable String commitSha,
        @Nullable List<String> conflicts,
        @Nullable UUID requestId,
        @Nullable String eventId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, EventFrame, AnswerFrame {
    /** Nothing was merged. */
    public static MergeToTargetResult failure(TaskId taskId, String message) {
        return new MergeToTargetResult(taskId, false, message, null, null, null, null, null);
    }

    /** Copies the lists. */
    public MergeToTargetResult {
        conflicts = conflicts == null ? null : List.copyOf(conflicts);
    }

    @Override
    public MergeToTargetResult withEventId(String eventId) {
        return new MergeToTargetResult(taskId, success, message, commitSha, conflicts, requestId, eventId, fence);
    }

    @Override
    public MergeToTargetResult withRequestId(@Nullable UUID requestId) {
        return new MergeToTargetResult(taskId, success, message, commitSha, conflicts, requestId, eventId, fence);
    }

    @Override
    public MergeToTargetResult withFence(long fence) {
        return new MergeToTargetResult(taskId, success, message, commitSha, conflicts, requestId, eventId, fence);
    }
}
