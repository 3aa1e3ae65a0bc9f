package dev.makima.git;

import dev.makima.base.TaskId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a step of a merge ended.
 *
 * @param success false where it failed or met conflicts; that there was nothing to do is no failure
 * @param message what happened and, on failure, why and what can be done
 * @param commitSha the commit that now holds the merged work; null where none was made or needed
 * @param conflicts the paths with conflicts, each once; empty where there are none
 * @param completed the branch whose merge a commit completed; null for everything but such a commit
 * @param completedTask the task of that branch, or null where it is not recorded
 */
public record MergeOutcome(
        boolean success,
        String message,
        @Nullable String commitSha,
        List<String> conflicts,
        @Nullable String completed,
        @Nullable TaskId completedTask) {
    /** Copies the list. */
    public MergeOutcome {
        conflicts = List.copyOf(conflicts);
    }

    static MergeOutcome done(String message, @Nullable String commitSha) {
        return new MergeOutcome(true, message, commitSha, List.of(), null, null);
    }

    static MergeOutcome failed(String message) {
        return new MergeOutcome(false, message, null, List.of(), null, null);
    }

    static MergeOutcome conflicts(String message, List<String> paths) {
        return new MergeOutcome(false, message, null, paths, null, null);
    }
}
