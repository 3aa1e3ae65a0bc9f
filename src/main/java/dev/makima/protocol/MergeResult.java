package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answer to {@link MergeStart}, {@link MergeResolve}, {@link MergeCommit}, {@link MergeAbort}, {@link MergeSkip}, and,
 * with a request id, to {@link ApplyPatchToWorktree}.
 *
 * @param conflicts paths
 */
public record MergeResult(
        TaskId taskId,
        boolean success,
        String message,
        @Nullable String commitSha,
        @Nullable List<String> conflicts,
        @Nullable UUID requestId,
        @Nullable String eventId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, EventFrame, AnswerFrame {
    /** It failed, whatever it was. */
    public static MergeResult failure(TaskId taskId, String message) {
        return new MergeResult(taskId, false, message, null, null, null, null, null);
    }

    /** Copies the lists. */
    public MergeResult {
        conflicts = conflicts == null ? null : List.copyOf(conflicts);
    }

    @Override
    public MergeResult withEventId(String eventId) {
        return new MergeResult(taskId, success, message, commitSha, conflicts, requestId, eventId, fence);
    }

    @Override
    public MergeResult withRequestId(@Nullable UUID requestId) {
        return new MergeResult(taskId, success, message, commitSha, conflicts, requestId, eventId, fence);
    }

    @Override
    public MergeResult withFence(long fence) {
        return new MergeResult(taskId, success, message, commitSha, conflicts, requestId, eventId, fence);
    }
}
