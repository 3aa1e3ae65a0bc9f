package dev.makima.git;

import dev.makima.base.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * What a task's worktree is made from.
 *
 * @param taskId the task; the same id again gets the worktree that it has
 * @param taskName the name as people gave it, any text
 * @param repository a URL (see {@link dev.makima.base.RepoUrl}) an absolute path on this machine,
 *     {@code ~/…} too, or {@code new://name} for one that has to be made
 * @param baseBranch the branch to start from, or null to have it chosen
 */
public record WorktreeRequest(
        TaskId taskId,
        String taskName,
        String repository,
        @Nullable String baseBranch) {}
