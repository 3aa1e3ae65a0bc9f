package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of a completion action: of a run's own, before its {@link TaskComplete}, and of a repeated one. Those
 * after {@code prUrl} are extensions.
 *
 * @param branch the branch that now holds the work
 * @param commitSha its head
 * @param filesChanged against the commit the task started from
 * @param worktreePath where the work still lies on that machine
 */
public record CompletionActionResult(
        TaskId taskId,
        boolean success,
        String message,
        @Nullable String prUrl,
        @Nullable String branch,
        @Nullable String commitSha,
        @Nullable Integer filesChanged,
        @Nullable Integer insertions,
        @Nullable Integer deletions,
        @Nullable String worktreePath,
        @Nullable UUID requestId,
        @Nullable String eventId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, TaskFrame, EventFrame, AnswerFrame {

    /** The action was done. */
    public static CompletionActionResult success(TaskId taskId, String message) {
        return of(taskId, true, message);
    }

    /** The action failed, which does not make the task fail. */
    public static CompletionActionResult failure(TaskId taskId, String message) {
        return of(taskId, false, message);
    }

    /** The same result with the pull request it made or found. */
    public CompletionActionResult withPullRequest(String prUrl) {
        return naming(prUrl, branch, commitSha, worktreePath);
    }

    /** The same result with the branch that holds the work, its head and the worktree; null where there is none. */
    public CompletionActionResult withWork(
            @Nullable String branch, @Nullable String commitSha, @Nullable String worktreePath) {
        return naming(prUrl, branch, commitSha, worktreePath);
    }

    /** The same result with the size of the task's whole change. */
    public CompletionActionResult withStatistics(int filesChanged, int insertions, int deletions) {
        return new CompletionActionResult(
                taskId,
                success,
                message,
                prUrl,
                branch,
                commitSha,
                filesChanged,
                insertions,
                deletions,
                worktreePath,
                requestId,
                eventId,
                fence);
    }

    @Override
    public CompletionActionResult withRequestId(@Nullable UUID requestId) {
        return marked(requestId, eventId, fence);
    }

    @Override
    public CompletionActionResult withEventId(String eventId) {
        return marked(requestId, eventId, fence);
    }

    @Override
    public CompletionActionResult withFence(long fence) {
        return marked(requestId, eventId, fence);
    }

    private static CompletionActionResult of(TaskId taskId, boolean success, String message) {
        return new CompletionActionResult(
                taskId, success, message, null, null, null, null, null, null, null, null, null, null);
    }

    private CompletionActionResult naming(
            @Nullable String prUrl,
            @Nullable String branch,
            @Nullable String commitSha,
            @Nullable String worktreePath) {
        return new CompletionActionResult(
                taskId,
                success,
                message,
                prUrl,
                branch,
                commitSha,
                filesChanged,
                insertions,
                deletions,
                worktreePath,
                requestId,
                eventId,
                fence);
    }

    private CompletionActionResult marked(@Nullable UUID requestId, @Nullable String eventId, @Nullable Long fence) {
        return new CompletionActionResult(
                taskId,
                success,
                message,
                prUrl,
                branch,
                commitSha,
                filesChanged,
                insertions,
                deletions,
                worktreePath,
                requestId,
                eventId,
                fence);
    }
}
