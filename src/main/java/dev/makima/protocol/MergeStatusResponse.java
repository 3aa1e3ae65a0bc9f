package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answer to {@link MergeStatus}. */
public record MergeStatusResponse(
        TaskId taskId,
        boolean inProgress,
        @Nullable String sourceBranch,
        List<String> conflictedFiles,
        @Nullable UUID requestId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, AnswerFrame {

    /** Copies the lists. */
    public MergeStatusResponse {
        conflictedFiles = List.copyOf(conflictedFiles);
    }

    @Override
    public MergeStatusResponse withRequestId(@Nullable UUID requestId) {
        return new MergeStatusResponse(taskId, inProgress, sourceBranch, conflictedFiles, requestId, fence);
    }

    @Override
    public MergeStatusResponse withFence(long fence) {
        return new MergeStatusResponse(taskId, inProgress, sourceBranch, conflictedFiles, requestId, fence);
    }
}
