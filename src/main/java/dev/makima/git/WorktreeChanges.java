package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Small things done in a task's worktree for somebody: a commit, a branch. Hooks never run. Thread-safe; blocking. */
public final class WorktreeChanges {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration CHECKOUT_LIMIT = Duration.ofMinutes(5);

    private final Git git;

    /** Changes by this git. */
    public WorktreeChanges(Git git) {
        this.git = git;
    }

    /**
     * A branch that was made.
     *
     * @param name without {@code refs/heads/}
     * @param commitSha the commit it is at, in full
     */
    public record CreatedBranch(String name, String commitSha) {}

    /**
     * Commits everything that is not ignored, untracked files too.
     *
     * @param message the commit's message, or null or blank for one that names the task
     * @return the new commit; empty where there was nothing to commit
     * @throws InterruptedException where the calling thread was interrupted
     * @throws MakimaException CONFLICT where a merge or the like is in progress, or the directory is not this task's
     *     worktree any more; COMMAND_FAILED or TIMEOUT where git failed
     */
    public Optional<String> commit(Worktree worktree, @Nullable String message) throws InterruptedException {
        Path admin = TaskCheckout.admin(worktree);
        return git.locks().locked(admin, () -> {
            WorktreeState state = WorktreeState.read(git, worktree);
            state.requireSettled(worktree.path());
            Optional<String> before = Revision.commit(git, worktree.path(), "HEAD");
            if (!state.dirty()) {
                return Optional.empty();
            }
            String text = message == null || message.isBlank() ? "Work of task " + worktree.taskId() : message.strip();
            Commits.everything(git, worktree.path(), text + "\n");
            return Revision.commit(git, worktree.path(), "HEAD").filter(sha -> !before.equals(Optional.of(sha)));
        });
    }

    /**
     * Makes a branch and checks it out in the worktree; uncommitted work comes along where git can bring it.
     *
     * @param name the new branch
     * @param from where it starts: a local branch, one of origin, a tag or a commit; null for what is checked out
     * @throws InterruptedException where the calling thread was interrupted
     * @throws MakimaException CONFLICT where there is such a branch already, a merge or the like is in progress, or the
     *     directory is not this task's worktree any more; NOT_FOUND where there is nothing to start from; COMMAND_FAILED
     *     where git refuses, as it does where uncommitted work is in the way
     */
    public CreatedBranch createBranch(Worktree worktree, RefName name, @Nullable RefName from)
            throws InterruptedException {
        Path path = worktree.path();
        TaskCheckout.requireIdle(WorktreeState.read(git, worktree), path);
        String branch = BranchMerge.shortName(name);
        return git.locks().locked(worktree.repository(), () -> {
            if (Revision.commit(git, path, "refs/heads/" + branch).isPresent()) {
                throw new MakimaException(
                        ErrorCode.CONFLICT,
                        "there is a branch " + branch + " in " + worktree.repository() + " already",
                        "Choose another name");
            }
            String start = start(path, from);
            git.runOk(path, CHECKOUT_LIMIT, "check-ref-format", "--branch", branch);
            git.runOk(
                    path,
                    CHECKOUT_LIMIT,
                    "checkout",
                    "--quiet",
                    "--no-track",
                    "--no-overwrite-ignore",
                    "--no-recurse-submodules",
                    "-b",
                    branch,
                    start,
                    "--");
            return new CreatedBranch(branch, start);
        });
    }

    private String start(Path path, @Nullable RefName from) throws InterruptedException {
        if (from != null) {
            return Revision.find(git, path, from).sha();
        }
        GitResult head = git.run(path, LIMIT, "rev-parse", "--verify", "--quiet", "HEAD^{commit}");
        if (!head.ok()) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND, "there is no commit in " + path + " to start a branch from", "Make one first");
        }
        return head.text();
    }
}
