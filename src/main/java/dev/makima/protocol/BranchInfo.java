package dev.makima.protocol;

import dev.makima.base.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * A task branch of a repository.
 *
 * @param taskId the task it belongs to, where known
 * @param isMerged whether the worktree's HEAD contains it
 * @param lastCommit short sha
 * @param lastCommitMessage its subject
 */
public record BranchInfo(
        String name, @Nullable TaskId taskId, boolean isMerged, String lastCommit, String lastCommitMessage) {}
