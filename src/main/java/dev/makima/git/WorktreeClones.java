package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.UserHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Makes a repository of its own out of a worktree: with the history of its branch, without origin, sharing nothing with
 * where it came from. Thread-safe for different targets; blocking.
 */
public final class WorktreeClones {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration FETCH_LIMIT = Duration.ofMinutes(30);

    private final Git git;

    /** Clones by this git. */
    public WorktreeClones(Git git) {
        this.git = git;
    }

    /**
     * The path that a user means.
     *
     * @param target an absolute path, {@code ~/…} too
     * @throws MakimaException VALIDATION where it is none
     */
    public Path expand(Path target) {
        Path expanded = new UserHome(git.home()).expand(target.toString());
        if (!expanded.isAbsolute()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, "not an absolute path: " + target, "Give one that begins with / or ~/");
        }
        return expanded.normalize();
    }

    /**
     * Clones the worktree: the commits of its HEAD on a branch of the same name, and the files as they lie there, uncommitted and
     * untracked ones included, ignored ones not. What is staged is not staged any more. A submodule is an empty
     * directory, as in any clone.
     *
     * @param target what must not exist, {@code ~/…} too; missing parents are made
     * @return the target, expanded; whole, or not there
     * @throws InterruptedException where the calling thread was interrupted; what was half made is removed by then
     * @throws MakimaException VALIDATION for a path that is none, or lies in the worktree; CONFLICT where the target
     *     exists, or the directory is not this task's worktree any more; COMMAND_FAILED, TIMEOUT or IO where it failed
     */
    public Path clone(Worktree worktree, Path target) throws InterruptedException {
        Path place = expand(target);
        TaskCheckout.admin(worktree);
        Path parent = place.getParent();
        Path name = place.getFileName();
        if (parent == null || name == null || Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            throw exists(place);
        }
        requireOutside(worktree, parent);
        Path temporary = null;
        try {
            Files.createDirectories(parent);
            temporary = Files.createTempDirectory(parent, "." + name + ".");
            Path made = temporary.resolve("clone");
            fill(worktree, made);
            if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
                throw exists(place);
            }
            Files.move(made, place, StandardCopyOption.ATOMIC_MOVE);
            return place;
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO,
                    "cannot make the clone " + place + ": " + e.getMessage(),
                    "Check the permissions and the free space there",
                    e);
        } finally {
            Path leftover = temporary;
            if (leftover != null) {
                Undisturbed.run(leftover.toString(), () -> Undisturbed.deleteTree(leftover));
            }
        }
    }

    private static MakimaException exists(Path place) {
        return new MakimaException(ErrorCode.CONFLICT, place + " exists already", "Choose a path that does not");
    }

    /** A clone inside of the worktree would be taken for the task's work. */
    private static void requireOutside(Worktree worktree, Path parent) {
        Path there = parent;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        Path real = Repositories.canonical(there);
        if (real.startsWith(Repositories.canonical(worktree.path())) || real.startsWith(worktree.repository())) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    parent + " lies in the worktree or its repository",
                    "Choose a path outside of " + worktree.path());
        }
    }

    private void fill(Worktree worktree, Path made) throws InterruptedException, IOException {
        Path path = worktree.path();
        GitResult symbolic = git.run(path, LIMIT, "symbolic-ref", "--quiet", "--short", "HEAD");
        String branch = symbolic.ok() ? symbolic.text() : worktree.branch();
        Optional<String> head = Revision.commit(git, path, "HEAD");
        String format = worktree.baseSha().length() > 40 ? "sha256" : "sha1";
        git.runOk(
                path,
                LIMIT,
                "init",
                "--quiet",
                "--template=",
                "--object-format=" + format,
                "--initial-branch=" + branch,
                made.toString());
        if (head.isPresent()) {
            // By git's protocol, from this machine too: what is fetched is whole, with no links into the other's
            // objects.
            git.runOk(
                    made,
                    FETCH_LIMIT,
                    "fetch",
                    "--quiet",
                    "--no-write-fetch-head",
                    "--no-recurse-submodules",
                    "--update-head-ok",
                    "--update-shallow",
                    "--upload-pack=git-upload-pack",
                    path.toString(),
                    "+HEAD:refs/heads/" + branch);
            git.runOk(made, FETCH_LIMIT, "read-tree", "HEAD");
        }
        List<String> names = git.runOk(
                        path,
                        FETCH_LIMIT,
                        "ls-files",
                        "-z",
                        "--cached",
                        "--others",
                        "--exclude-standard",
                        "--deduplicate")
                .fields();
        new WorkingFiles(path, made).copy(names);
        git.run(made, FETCH_LIMIT, "update-index", "-q", "--refresh");
    }
}
