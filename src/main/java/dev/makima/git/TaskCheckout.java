package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Checks that a directory still is the worktree of its task, without a git call. */
final class TaskCheckout {
    private TaskCheckout() {}

    /**
     * The directory with the worktree's own HEAD and index, canonical.
     *
     * @throws MakimaException CONFLICT where the directory is not this task's worktree any more: git would look for a
     *     repository further up, and find somebody else's
     */
    static Path admin(Worktree worktree) {
        Path admin = GitFiles.adminDirectoryOf(worktree.path()).orElseThrow(worktree::gone);
        if (!GitFiles.commonDirectoryOf(worktree.path()).equals(Optional.of(worktree.repository()))
                || !Files.isDirectory(admin)) {
            throw worktree.gone();
        }
        return Repositories.canonical(admin);
    }

    /** Whether the worktree is the repository's own checkout, as that of {@code new://} is, and no linked one. */
    static boolean isTheRepositoryItself(Worktree worktree) {
        return Files.isDirectory(worktree.path().resolve(".git"));
    }

    /**
     * Refuses to begin anything while something else is begun.
     *
     * @throws MakimaException CONFLICT where a merge, rebase… is in progress or conflicts are unresolved
     */
    static void requireIdle(WorktreeState state, Path path) {
        if (state.operation().isPresent()) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "a " + state.operation().get() + " is in progress in " + path,
                    "End or abort it first, then try again");
        }
        if (!state.unmerged().isEmpty()) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "there are unresolved conflicts in " + path + ": " + PathList.some(state.unmerged()),
                    "Resolve them and add the files, then try again");
        }
    }
}
