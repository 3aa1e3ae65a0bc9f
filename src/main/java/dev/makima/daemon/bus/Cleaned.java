package dev.makima.daemon.bus;

import org.jspecify.annotations.Nullable;

/**
 * What became of one thing that is left over.
 *
 * @param kind what it is: processes, worktree, spool, temporary, cgroups or copy
 * @param subject which one, for people
 * @param outcome what was done with it
 * @param text why, for people
 * @param cure what a person can do about one that stays, or null
 */
public record Cleaned(String kind, String subject, Outcome outcome, String text, @Nullable String cure) {
    /** What was done. */
    public enum Outcome {
        /** It is gone. */
        REMOVED,
        /** It would be gone, had it not been asked only what would be done. */
        WOULD_GO,
        /** It stays, since nothing proves that it is not needed. */
        KEPT,
        /** It was to go, and could not be removed. */
        FAILED
    }
}
