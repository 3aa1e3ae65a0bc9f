package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;

/** Whose version of a file with conflicts is taken. */
public enum MergeSide {
    /** That of the branch checked out in the worktree. */
    OURS,
    /** That of the branch being merged. */
    THEIRS;

    /**
     * Reads {@code ours} or {@code theirs}.
     *
     * @throws MakimaException VALIDATION where it is neither
     */
    public static MergeSide of(String text) {
        return switch (text) {
            case "ours" -> OURS;
            case "theirs" -> THEIRS;
            default ->
                throw new MakimaException(
                        ErrorCode.VALIDATION,
                        "not a strategy to resolve a conflict by: " + Text.abbreviate(text, 40),
                        "Use ours or theirs");
        };
    }
}
