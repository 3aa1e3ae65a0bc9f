package dev.makima.daemon.store;

import dev.makima.base.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * What a task did with a branch of another one.
 *
 * @param taskId the task in whose worktree the branch was merged or passed over
 * @param branch without {@code refs/heads/}
 * @param ofTask the task that the branch belongs to, or null where that is not known
 * @param reason why it was skipped, or null
 */
public record MergeRecord(
        TaskId taskId,
        String branch,
        @Nullable TaskId ofTask,
        Outcome outcome,
        @Nullable String reason) {

    /** What became of the branch. */
    public enum Outcome {
        /** Its merge was committed. */
        MERGED("merged"),
        /** Somebody decided to do without it. */
        SKIPPED("skipped");

        private final String stored;

        Outcome(String stored) {
            this.stored = stored;
        }

        String stored() {
            return stored;
        }

        static Outcome of(String stored) {
            return stored.equals(MERGED.stored) ? MERGED : SKIPPED;
        }
    }
}
