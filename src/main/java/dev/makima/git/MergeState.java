package dev.makima.git;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a merge in a worktree has come.
 *
 * @param inProgress whether a merge was begun and neither committed nor aborted
 * @param sourceBranch the branch that is being merged; null where none is, or where no branch has that name or commit
 * @param conflictedFiles the paths with unresolved conflicts, each once, whatever led to them
 */
public record MergeState(boolean inProgress, @Nullable String sourceBranch, List<String> conflictedFiles) {
    /** Copies the list. */
    public MergeState {
        conflictedFiles = List.copyOf(conflictedFiles);
    }
}
