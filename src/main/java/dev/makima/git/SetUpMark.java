package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How far the set-up of a worktree has come, noted in the worktree's own git directory: with the worktree the note goes.
 * Thread-safe for different worktrees; blocking, without a git call.
 */
public enum SetUpMark {
    /** Nothing was set up here. */
    NONE,
    /** It was begun, and did not end well as far as is known. */
    BEGUN,
    /** It was done. */
    DONE;

    private static final String FILE = "makima-set-up";

    /** The mark of this worktree; none where that is not the task's worktree any more. */
    public static SetUpMark of(Worktree worktree) {
        return file(worktree)
                .filter(Files::isRegularFile)
                .map(file -> {
                    try {
                        return Files.readString(file).strip().equals(DONE.name()) ? DONE : BEGUN;
                    } catch (IOException e) {
                        // Somebody made one, so something was begun.
                        return BEGUN;
                    }
                })
                .orElse(NONE);
    }

    /**
     * Notes it.
     *
     * @throws MakimaException IO where it cannot be written; CONFLICT where that is not the task's worktree any more
     */
    public void note(Worktree worktree) {
        Path file = file(worktree).orElseThrow(worktree::gone);
        try {
            Files.writeString(file, name() + "\n");
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot write " + file + ": " + e, "Check the permissions and the free space", e);
        }
    }

    private static Optional<Path> file(Worktree worktree) {
        return GitFiles.adminDirectoryOf(worktree.path()).map(admin -> admin.resolve(FILE));
    }
}
