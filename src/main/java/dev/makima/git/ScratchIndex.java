package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A copy of a worktree's index that names untracked files too, so that git compares them like tracked ones and an agent at
 * work there never meets a lock or an entry of ours. To be closed.
 */
final class ScratchIndex implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ScratchIndex.class.getName());
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path directory;
    private final Path index;

    private ScratchIndex(Path directory) {
        this.directory = directory;
        this.index = directory.resolve("index");
    }

    /**
     * Copies the index, and adds the untracked files that are not ignored, without storing their content.
     *
     * @throws MakimaException CONFLICT where the directory is not this task's worktree any more; IO where it cannot be
     *     copied
     */
    static ScratchIndex of(Git git, Worktree worktree) throws InterruptedException {
        Path admin = TaskCheckout.admin(worktree);
        ScratchIndex scratch;
        try {
            scratch = new ScratchIndex(Files.createTempDirectory("makima-index"));
        } catch (IOException e) {
            throw new MakimaException(ErrorCode.IO, "cannot make a temporary directory: " + e.getMessage(), null, e);
        }
        try {
            scratch.fill(git, worktree, admin.resolve("index"));
            return scratch;
        } catch (RuntimeException | InterruptedException e) {
            scratch.close();
            throw e;
        }
    }

    private void fill(Git git, Worktree worktree, Path original) throws InterruptedException {
        try {
            if (Files.exists(original)) {
                Files.copy(original, index);
            }
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot copy the index of " + worktree.path() + ": " + e.getMessage(), null, e);
        }
        // What it cannot take (a nested repository without a commit) no commit could take either, so its exit code is
        // of
        // no interest.
        git.run(using(GitCall.of(
                worktree.path(),
                LIMIT,
                "-c",
                "core.splitIndex=false",
                "add",
                "--intent-to-add",
                "--ignore-errors",
                "--",
                ".")));
    }

    /** The same call, working on this index. */
    GitCall using(GitCall call) {
        return call.with("GIT_INDEX_FILE", index.toString());
    }

    @Override
    public void close() {
        try {
            Undisturbed.deleteTree(directory);
        } catch (IOException e) {
            // A few KB in the system's temporary directory, which cleans itself.
            LOG.log(System.Logger.Level.DEBUG, "could not delete " + directory, e);
        }
    }
}
