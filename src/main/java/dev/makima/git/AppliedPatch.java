package dev.makima.git;

import java.util.List;

/** How applying a patch ended. What is not a patch at all is an exception. */
public sealed interface AppliedPatch {
    /**
     * It was applied.
     *
     * @param paths the files that are different now; empty where all of it was there already
     */
    record Clean(List<String> paths) implements AppliedPatch {
        /** Copies the list. */
        public Clean {
            paths = List.copyOf(paths);
        }
    }

    /**
     * It does not go together with what is in the worktree, where nothing was changed.
     *
     * @param paths the files in conflict
     */
    record Conflicts(List<String> paths) implements AppliedPatch {
        /** Copies the list. */
        public Conflicts {
            paths = List.copyOf(paths);
        }
    }
}
