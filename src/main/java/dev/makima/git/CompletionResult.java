package dev.makima.git;

import org.jspecify.annotations.Nullable;

/**
 * How a completion action ended.
 *
 * @param success false where it failed; that there was nothing to do is no failure
 * @param message what happened and, on failure, why and what can be done
 * @param branch the branch that now holds the work, or null where none was made
 * @param commitSha the commit that holds the work, or null where there is none
 * @param stat what changed against the task's base commit
 */
public record CompletionResult(
        boolean success,
        String message,
        @Nullable String branch,
        @Nullable String commitSha,
        DiffStat stat) {}
