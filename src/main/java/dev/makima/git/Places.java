package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the directory and the branch name that a task gets. Thread-safe. */
final class Places {
    private static final System.Logger LOG = System.getLogger(Places.class.getName());

    private final Path worktreesDir;
    private final String branchPrefix;

    Places(Path worktreesDir, String branchPrefix) {
        this.worktreesDir = worktreesDir;
        this.branchPrefix = branchPrefix;
    }

    /**
     * Where a worktree goes, claimed by making the empty directory: no other task can get it, of no repository.
     *
     * @param path the directory, there and empty
     * @param branch the branch to be checked out in it
     */
    record Place(Path path, String branch) {}

    /**
     * The first free name. A directory or branch that is there already belongs to another task, or to the user, and is
     * not touched.
     *
     * @param branch the branch to check out, or null where a new one is made
     * @param suffix what comes behind the name of a new branch, and of its directory
     */
    Place claim(WorktreeRequest request, Branches branches, @Nullable String branch, String suffix) {
        List<TaskNames.Names> candidates = TaskNames.candidates(branchPrefix, request.taskName(), request.taskId());
        for (TaskNames.Names names : candidates) {
            if (branch == null && branches.local().containsKey(names.branch() + suffix)) {
                continue;
            }
            Path path = worktreesDir.resolve(names.directory() + suffix);
            try {
                Files.createDirectory(path);
                return new Place(path, branch == null ? names.branch() + suffix : branch);
            } catch (FileAlreadyExistsException e) {
                LOG.log(System.Logger.Level.DEBUG, "{0} is in use, trying a longer name", path);
            } catch (IOException e) {
                throw new MakimaException(
                        ErrorCode.IO,
                        "cannot make the directory " + path + ": " + e.getMessage(),
                        "Check the permissions and the free space there",
                        e);
            }
        }
        throw new MakimaException(
                ErrorCode.CONFLICT,
                "every directory or branch name for task " + request.taskId() + " is in use",
                "Remove the directories that begin with " + request.taskId().shortId() + " from " + worktreesDir);
    }
}
