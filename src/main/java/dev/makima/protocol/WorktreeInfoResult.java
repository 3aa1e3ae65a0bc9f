package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answer to {@link GetWorktreeInfo}. */
public record WorktreeInfoResult(
        TaskId taskId,
        boolean success,
        @Nullable String worktreePath,
        boolean exists,
        int filesChanged,
        int insertions,
        int deletions,
        @Nullable List<WorktreeFile> files,
        @Nullable String branch,
        @Nullable String headSha,
        @Nullable String error,
        @Nullable UUID requestId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, AnswerFrame {
    /** Nothing can be said. */
    public static WorktreeInfoResult failure(TaskId taskId, String error) {
        return new WorktreeInfoResult(taskId, false, null, false, 0, 0, 0, null, null, null, error, null, null);
    }

    /** Copies the lists. */
    public WorktreeInfoResult {
        files = files == null ? null : List.copyOf(files);
    }

    @Override
    public WorktreeInfoResult withRequestId(@Nullable UUID requestId) {
        return marked(requestId, fence);
    }

    @Override
    public WorktreeInfoResult withFence(long fence) {
        return marked(requestId, fence);
    }

    private WorktreeInfoResult marked(@Nullable UUID requestId, @Nullable Long fence) {
        return new WorktreeInfoResult(
                taskId,
                success,
                worktreePath,
                exists,
                filesChanged,
                insertions,
                deletions,
                files,
                branch,
                headSha,
                error,
                requestId,
                fence);
    }
}
