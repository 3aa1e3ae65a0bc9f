package dev.makima.git;

import dev.makima.base.TaskId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a task's worktree is made from.
 *
 * @param taskId the task; the same id again gets the worktree that it has
 * @param taskName the name as people gave it, any text
 * @param repository a URL (see {@link dev.makima.base.RepoUrl}) an absolute path on this machine,
 *     {@code ~/…} too, or {@code new://name} for one that has to be made
 * @param baseBranch the branch to start from, or null to have it chosen
 * @param continueFrom the task to go on from: at its HEAD, with its uncommitted and untracked files; or null
 * @param patch work to begin with. With {@code continueFrom}, for where that task's worktree is gone, and it must apply then;
 *     alone, a patch that does not apply is a warning. Or null
 * @param handOver counts the hand-overs of the task, 0 where nobody does; names a branch beside another daemon's
 * @param own the directory that the caller has noted as this task's own, wherever it lies; or null
 */
public record WorktreeRequest(
        TaskId taskId,
        String taskName,
        String repository,
        @Nullable String baseBranch,
        @Nullable TaskId continueFrom,
        @Nullable SavedPatch patch,
        long handOver,
        @Nullable Path own) {
    /** A request for a worktree that starts from a branch. */
    public WorktreeRequest(TaskId taskId, String taskName, String repository, @Nullable String baseBranch) {
        this(taskId, taskName, repository, baseBranch, null, null);
    }

    /** A request by no hand-over. */
    public WorktreeRequest(
            TaskId taskId,
            String taskName,
            String repository,
            @Nullable String baseBranch,
            @Nullable TaskId continueFrom,
            @Nullable SavedPatch patch) {
        this(taskId, taskName, repository, baseBranch, continueFrom, patch, 0, null);
    }
}
