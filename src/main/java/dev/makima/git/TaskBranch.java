package dev.makima.git;

import dev.makima.base.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * A branch that holds a task's work.
 *
 * @param name the branch, without {@code refs/heads/}
 * @param taskId the task it is recorded for, or null where only its name tells that it is a task's
 * @param merged whether the HEAD that was asked about contains all of it
 * @param lastCommit its commit, shortened by git's rules
 * @param subject that commit's subject, on one line, whole
 */
public record TaskBranch(String name, @Nullable TaskId taskId, boolean merged, String lastCommit, String subject) {}
