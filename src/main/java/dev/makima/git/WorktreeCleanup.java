package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Removes what a task leaves: its worktree, its record, and its branch if that is asked for.
 *
 * <p>Only a directory that git's own notes say is this task's worktree is ever deleted, never a repository made for
 * a task, and never a worktree that is recorded for another task alone. That the agent is gone by then is the caller's to see to.
 * Everything that can go wrong is a result that says so; only an interrupt is an exception, after which the same call goes on
 * where it was. Thread-safe; blocking.
 */
public final class WorktreeCleanup {
    private static final System.Logger LOG = System.getLogger(WorktreeCleanup.class.getName());
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration REMOVAL_LIMIT = Duration.ofMinutes(10);

    private final Git git;
    private final LeftBranches branches;

    /** Clean-ups by this git. */
    public WorktreeCleanup(Git git) {
        this.git = git;
        this.branches = new LeftBranches(git);
    }

    /** The same as with {@link UnsavedWork#KEEP}. */
    public CleanupResult cleanup(Worktree worktree, boolean deleteBranch) throws InterruptedException {
        return cleanup(worktree, deleteBranch, UnsavedWork.KEEP);
    }

    /**
     * Removes them. Nothing there is a success.
     *
     * @param deleteBranch whether the branches that are recorded for the task go too, and its checkpoints, of which nothing is
     *     needed any more; a branch that is checked out somewhere else stays, which is no failure
     * @param unsaved what becomes of work that is nowhere else
     * @throws InterruptedException where the calling thread was interrupted
     */
    public CleanupResult cleanup(Worktree worktree, boolean deleteBranch, UnsavedWork unsaved)
            throws InterruptedException {
        if (!Files.isDirectory(worktree.repository())) {
            return Files.exists(worktree.path(), LinkOption.NOFOLLOW_LINKS)
                    ? new CleanupResult(
                            false,
                            "the repository of " + worktree.path()
                                    + " is gone, so the directory stays. Delete it yourself")
                    : new CleanupResult(true, "nothing was there to remove");
        }
        try {
            return git.locks().locked(worktree.repository(), () -> locked(worktree, deleteBranch, unsaved));
        } catch (MakimaException e) {
            LOG.log(System.Logger.Level.DEBUG, "the clean-up of task " + worktree.taskId() + " failed", e);
            return new CleanupResult(false, e.explain());
        }
    }

    /**
     * Why a clean-up that keeps unsaved work would leave the worktree; nothing is changed.
     *
     * @return empty where it would go, or is gone
     * @throws InterruptedException where the calling thread was interrupted
     */
    public Optional<String> obstacle(Worktree worktree) throws InterruptedException {
        if (!Files.isDirectory(worktree.repository())) {
            return Optional.of("its repository " + worktree.repository() + " is gone");
        }
        if (TaskCheckout.isTheRepositoryItself(worktree)) {
            return Optional.of("it is a repository of its own, made for the task");
        }
        try {
            requireOwner(worktree);
            requireRemovable(worktree, UnsavedWork.KEEP);
            return Optional.empty();
        } catch (MakimaException e) {
            return Optional.of(e.what());
        }
    }

    /**
     * Whether a clean-up has left a branch of the task.
     *
     * @throws MakimaException where git can't tell
     * @throws InterruptedException where the calling thread was interrupted
     */
    public boolean leftBranch(Worktree worktree) throws InterruptedException {
        return Files.isDirectory(worktree.repository())
                && git.locks().locked(worktree.repository(), () -> branches.any(worktree));
    }

    /** Whether there are repositories of submodules that go with the worktree: no branch of its own has their commits. */
    public boolean holdsRepositories(Worktree worktree) {
        return GitFiles.adminDirectoryOf(worktree.path())
                .filter(admin -> Files.exists(admin.resolve("modules"), LinkOption.NOFOLLOW_LINKS))
                .isPresent();
    }

    /** What is done in a worktree right before it goes. */
    @FunctionalInterface
    public interface Before {
        /** Does it. */
        void run() throws InterruptedException;
    }

    /**
     * The same, with something to be done in the worktree before: only where it is there and can be removed as far as is
     * known by then, and without keeping others from the repository.
     */
    public CleanupResult cleanup(Worktree worktree, boolean deleteBranch, UnsavedWork unsaved, Before before)
            throws InterruptedException {
        boolean there = Files.isDirectory(worktree.path())
                && Files.isDirectory(worktree.repository())
                && !TaskCheckout.isTheRepositoryItself(worktree);
        if (there) {
            try {
                requireOwner(worktree);
                requireRemovable(worktree, unsaved);
            } catch (MakimaException e) {
                return new CleanupResult(false, e.explain());
            }
            before.run();
        }
        return cleanup(worktree, deleteBranch, unsaved);
    }

    private CleanupResult locked(Worktree worktree, boolean deleteBranch, UnsavedWork unsaved)
            throws InterruptedException {
        if (TaskCheckout.isTheRepositoryItself(worktree)) {
            return new CleanupResult(
                    true, worktree.path() + " is a repository of its own, made for the task, and stays");
        }
        requireOwner(worktree);
        List<String> said = new ArrayList<>();
        boolean there = Files.exists(worktree.path(), LinkOption.NOFOLLOW_LINKS);
        if (there) {
            removeDirectory(worktree, unsaved);
            said.add("removed " + worktree.path());
        } else {
            // Git may still count the branch to the directory. What it says where it does not is of no interest.
            removeByGit(worktree);
        }
        if (deleteBranch) {
            said.addAll(branches.delete(worktree, unsaved));
            String checkpoints = TaskNames.checkpoints(worktree);
            // Of a worktree that went before they may have what was uncommitted.
            if (there || unsaved == UnsavedWork.DISCARD || branches.haveAll(worktree.repository(), checkpoints)) {
                // No failure where there is none.
                git.run(worktree.repository(), LIMIT, "update-ref", "-d", checkpoints);
            }
        }
        branches.forgetMissing(worktree);
        TaskRecords.delete(worktree);
        return new CleanupResult(true, said.isEmpty() ? "nothing was there to remove" : String.join("; ", said));
    }

    /** A task that works in another's worktree has no record of its own there. */
    private static void requireOwner(Worktree worktree) {
        List<Worktree> recorded = TaskRecords.all(worktree.repository());
        if (recorded.stream().anyMatch(other -> other.taskId().equals(worktree.taskId()))) {
            return;
        }
        Optional<Worktree> owner = recorded.stream()
                .filter(other -> other.path().equals(worktree.path()))
                .findFirst();
        if (owner.isPresent()) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    worktree.path() + " is the worktree of task " + owner.get().taskId() + ", so it stays",
                    "Clean up that task");
        }
    }

    /** Answers whether it is a whole worktree: what is left of one may go where its work is given up. */
    private boolean requireRemovable(Worktree worktree, UnsavedWork unsaved) throws InterruptedException {
        boolean whole = GitFiles.commonDirectoryOf(worktree.path()).equals(Optional.of(worktree.repository()));
        if (!isRegistered(worktree) || (!whole && unsaved == UnsavedWork.KEEP)) {
            throw worktree.gone();
        }
        if (whole && unsaved == UnsavedWork.KEEP) {
            requireNothingUnsaved(worktree);
        }
        return whole;
    }

    private void removeDirectory(Worktree worktree, UnsavedWork unsaved) throws InterruptedException {
        Path path = worktree.path();
        boolean whole = requireRemovable(worktree, unsaved);
        GitResult result = removeByGit(worktree);
        if (!result.ok() && isRegistered(worktree) && whole) {
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED,
                    "could not remove " + path + ": " + GitFailure.reason(result),
                    result.stderr().contains("locked working tree")
                            ? "Somebody locked it. Unlock it with: git worktree unlock " + path
                            : GitFailure.cure(result.stderr()),
                    null);
        }
        try {
            // What git could not delete, such as files that were written meanwhile.
            Undisturbed.deleteTree(path);
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot delete " + path + ": " + e.getMessage(), "Check its permissions", e);
        }
        if (!whole) {
            removeByGit(worktree);
        }
    }

    private GitResult removeByGit(Worktree worktree) throws InterruptedException {
        return git.run(
                worktree.repository(),
                REMOVAL_LIMIT,
                "worktree",
                "remove",
                "--force",
                worktree.path().toString());
    }

    /** Whether git's notes name this directory; its own .git file may be gone, as after an interrupted removal. */
    private static boolean isRegistered(Worktree worktree) {
        Path notes = worktree.repository().resolve("worktrees");
        if (!Files.isDirectory(notes)) {
            return false;
        }
        try (var entries = Files.list(notes)) {
            Path link = worktree.path().toRealPath().resolve(".git");
            for (Path entry : (Iterable<Path>) entries::iterator) {
                Path gitdir = entry.resolve("gitdir");
                if (Files.isRegularFile(gitdir)
                        && entry.resolve(Files.readString(gitdir).strip())
                                .normalize()
                                .equals(link)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new MakimaException(ErrorCode.IO, "cannot read " + notes + ": " + e, "Check its permissions", e);
        }
    }

    private void requireNothingUnsaved(Worktree worktree) throws InterruptedException {
        WorktreeState state = WorktreeState.read(git, worktree);
        Path path = worktree.path();
        if (state.dirty() || state.operation().isPresent()) {
            throw new MakimaException(
                    ErrorCode.CONFLICT, "there is uncommitted work in " + path + ", so it stays", "Commit it first");
        }
        if (Revision.commit(git, path, "HEAD").isPresent() && !branches.haveAll(path, "HEAD", List.of())) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "there are commits in " + path + " that are on no branch, so it stays",
                    "Make a branch of them first");
        }
    }
}
