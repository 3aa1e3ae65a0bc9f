package dev.makima.git;

/** What a clean-up does with work that is nowhere else. */
public enum UnsavedWork {
    /**
     * Keeps it: a worktree with uncommitted work or with commits on no branch stays, and so does a branch with commits that
     * no other branch or tag has.
     */
    KEEP,
    /** Deletes it, because somebody said so. */
    DISCARD
}
