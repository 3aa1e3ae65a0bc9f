package dev.makima.git;

import org.jspecify.annotations.Nullable;

/**
 * How the opening of a pull request ended.
 *
 * @param success false where it failed; one that was open already, and no change at all, are no failures
 * @param message what happened and, on failure, why and what can be done
 * @param url where the pull request is, or null where there is none
 * @param number its number, or null
 * @param branch the branch that was pushed, also where what came after that failed; null where none was
 * @param commitSha the commit that was pushed, or null
 * @param stat what changed against the task's base commit
 */
public record PullRequestResult(
        boolean success,
        String message,
        @Nullable String url,
        @Nullable Integer number,
        @Nullable String branch,
        @Nullable String commitSha,
        DiffStat stat) {
    static PullRequestResult failed(String message) {
        return new PullRequestResult(false, message, null, null, null, null, DiffStat.NONE);
    }
}
