package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import java.nio.file.Path;
import java.util.List;

/**
 * A task's own checkout.
 *
 * @param taskId the task
 * @param path the directory that the agent works in
 * @param repository the common git directory, canonical: the same for all worktrees of one repository
 * @param branch the task's branch; the agent may have another one checked out
 * @param baseBranch the branch it started from; {@code HEAD} where that was a commit on no branch
 * @param baseSha the commit it started from, in full
 * @param warnings sentences for the task's output, empty where an existing worktree was found
 */
public record Worktree(
        TaskId taskId,
        Path path,
        Path repository,
        String branch,
        String baseBranch,
        String baseSha,
        List<String> warnings) {
    /** Copies the warnings. */
    public Worktree {
        warnings = List.copyOf(warnings);
    }

    /** The failure of what finds that the directory is not this task's worktree any more. */
    MakimaException gone() {
        return new MakimaException(
                ErrorCode.CONFLICT,
                path + " is not the worktree of task " + taskId + " any more",
                "Run the task again to have its branch checked out");
    }
}
