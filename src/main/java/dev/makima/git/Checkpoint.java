package dev.makima.git;

import java.util.List;

/**
 * What came of the wish for a checkpoint.
 *
 * <p>Failures of git or the disk are exceptions; both of these are good ends.
 */
public sealed interface Checkpoint {
    /**
     * A commit that holds everything.
     *
     * @param commitSha the commit, in full
     * @param branch the branch that is checked out in the worktree, {@code unknown} where none is. The commit is not on
     *     it, see {@link Checkpoints}
     * @param filesChanged what changed since the checkpoint before, or since the agent's last commit where that is newer and
     *     not all there is
     * @param linesAdded of these files; binary ones have none
     * @param linesRemoved of these files
     */
    record Made(String commitSha, String branch, List<FileChange> filesChanged, int linesAdded, int linesRemoved)
            implements Checkpoint {
        /** The name for a detached head. */
        public static final String NO_BRANCH = "unknown";

        /** Copies the list. */
        public Made {
            filesChanged = List.copyOf(filesChanged);
        }
    }

    /**
     * No commit was made.
     *
     * @param reason why, as a sentence without a full stop
     */
    record None(String reason) implements Checkpoint {
        /** Everything is in the last checkpoint or, without one, in the commit that the task started from. */
        public static final None NO_CHANGES = new None("No changes to checkpoint");
    }
}
