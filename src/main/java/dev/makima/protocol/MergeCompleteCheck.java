package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answer to {@link CheckMergeComplete}. */
public record MergeCompleteCheck(
        TaskId taskId,
        boolean canComplete,
        List<String> unmergedBranches,
        int mergedCount,
        int skippedCount,
        @Nullable UUID requestId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, AnswerFrame {
    /** It could not be found out: what is missing is the reason. */
    public static MergeCompleteCheck failure(TaskId taskId, String error) {
        return new MergeCompleteCheck(taskId, false, List.of(error), 0, 0, null, null);
    }

    /** Copies the lists. */
    public MergeCompleteCheck {
        unmergedBranches = List.copyOf(unmergedBranches);
    }

    @Override
    public MergeCompleteCheck withRequestId(@Nullable UUID requestId) {
        return new MergeCompleteCheck(
                taskId, canComplete, unmergedBranches, mergedCount, skippedCount, requestId, fence);
    }

    @Override
    public MergeCompleteCheck withFence(long fence) {
        return new MergeCompleteCheck(
                taskId, canComplete, unmergedBranches, mergedCount, skippedCount, requestId, fence);
    }
}
