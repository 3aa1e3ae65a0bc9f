package dev.makima.git;

import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends a task's work: what its completion action asks for.
 *
 * <p>Everything that can go wrong with git is a result that says so; only an interrupt is an exception. No checkout but the
 * task's own worktree is ever touched, and no commit is lost. Thread-safe; blocking.
 */
public final class Completion {
    private static final System.Logger LOG = System.getLogger(Completion.class.getName());
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int SUBJECT_LIMIT = 200;

    private final Git git;
    private final Changes changes;
    private final OwnBranch ownBranch;
    private final HandOver handOver;

    /** Completion by this git. */
    public Completion(Git git) {
        this(git, HandOver.NONE);
    }

    private Completion(Git git, HandOver handOver) {
        this.handOver = handOver;
        this.git = git;
        this.changes = new Changes(git);
        this.ownBranch = new OwnBranch(git);
    }

    /** The same for the work of a task that was handed over by that. */
    public Completion by(HandOver given) {
        return new Completion(git, given);
    }

    HandOver handOver() {
        return handOver;
    }

    /** The action {@code branch}, with pushing allowed. */
    public CompletionResult branch(Worktree worktree, String taskName, @Nullable Path targetRepository)
            throws InterruptedException {
        return branch(worktree, taskName, targetRepository, true);
    }

    /**
     * The action {@code branch}: commits what is uncommitted, and puts the work on {@code makima/<name>-<id>} in the
     * target repository, else in the worktree's own origin.
     *
     * @param targetRepository a repository on this machine, {@code ~/…} too, or null for the origin. Where it is the
     *     worktree's own, the branch is made there, the worktree detached, and the task's branch deleted
     * @param mayPush false for a task that is local only: then nothing leaves the worktree's own repository
     * @throws InterruptedException where the calling thread was interrupted; what was committed stays
     */
    public CompletionResult branch(Worktree worktree, String taskName, @Nullable Path targetRepository, boolean mayPush)
            throws InterruptedException {
        try {
            Optional<CommittedWork> work = work(worktree, taskName);
            return work.isPresent()
                    ? put(work.get(), targetRepository, mayPush)
                    : new CompletionResult(
                            true, "nothing was changed, so there is no branch", null, null, DiffStat.NONE);
        } catch (MakimaException e) {
            LOG.log(System.Logger.Level.DEBUG, "the completion action of task " + worktree.taskId() + " failed", e);
            return failed(e);
        }
    }

    /**
     * Commits what is uncommitted.
     *
     * @return empty where the task changed nothing at all
     * @throws MakimaException where that is not possible, as when a merge is in progress
     */
    Optional<CommittedWork> work(Worktree worktree, String taskName) throws InterruptedException {
        WorktreeState state = WorktreeState.read(git, worktree);
        state.requireSettled(worktree.path());
        if (state.dirty()) {
            Commits.everything(git, worktree.path(), message(taskName) + "\n");
        }
        String head = git.runOk(worktree.path(), LIMIT, "rev-parse", "--verify", "HEAD^{commit}")
                .text();
        if (hasNoCommits(worktree, head)) {
            return Optional.empty();
        }
        DiffStat stat = changes.between(worktree.path(), worktree.baseSha(), head);
        return Optional.of(new CommittedWork(worktree, taskName, head, state.branch(), stat, handOver));
    }

    /** The message of commits of a task's work: one line, whatever the name is. */
    static String message(String taskName) {
        String name = Text.abbreviate(taskName, SUBJECT_LIMIT);
        return "feat: " + (name.isEmpty() ? "a task without a name" : name);
    }

    private boolean hasNoCommits(Worktree worktree, String head) throws InterruptedException {
        if (head.equals(worktree.baseSha())) {
            return true;
        }
        return git.runOk(worktree.path(), LIMIT, "rev-list", "--max-count=1", head, "^" + worktree.baseSha(), "--")
                .text()
                .isEmpty();
    }

    private CompletionResult put(CommittedWork work, @Nullable Path target, boolean mayPush)
            throws InterruptedException {
        Worktree worktree = work.worktree();
        String kept = "; the work stays on branch " + work.checkedOut().orElse(worktree.branch()) + " in "
                + Repository.named(worktree.repository());
        if (target == null) {
            if (!RepositoryConfig.read(git, worktree.path()).hasOrigin()) {
                if (TaskCheckout.isTheRepositoryItself(worktree)) {
                    // It began empty: nobody expects a branch beside the one that it has.
                    String branch = work.checkedOut().orElse(worktree.branch());
                    String made = "the work is on branch " + branch + " of the new repository " + worktree.path();
                    return work.result(true, made + " (" + work.stat() + ")", null);
                }
                return work.result(true, "no target repository and no origin, so no branch was made" + kept, null);
            }
            if (!mayPush) {
                return work.result(true, "the task is local only, so nothing was pushed" + kept, null);
            }
            return push(work, "origin", "origin", kept);
        }
        Repository repository = Repositories.at(git, Repositories.expand(git, target.toString()), target.toString());
        if (repository.common().equals(worktree.repository())) {
            return git.locks().locked(repository.common(), () -> ownBranch.take(work));
        }
        if (!mayPush) {
            return work.result(true, "the task is local only, so nothing was pushed to " + target + kept, null);
        }
        return push(work, repository.common().toString(), repository.shown(), kept);
    }

    CompletionResult push(CommittedWork work, String remote, String shown, String kept) throws InterruptedException {
        String branch = work.pushedName();
        GitResult result = handOver.step(
                pushed -> Pushes.told(pushed, branch, shown),
                () -> Pushes.push(git, work.worktree().path(), remote, work.head(), branch));
        if (!result.ok()) {
            return work.result(false, Pushes.failure(result, branch, shown, kept), null);
        }
        return work.result(true, "pushed branch " + branch + " to " + shown + " (" + work.stat() + ")", branch);
    }

    private static CompletionResult failed(MakimaException e) {
        return new CompletionResult(false, e.explain(), null, null, DiffStat.NONE);
    }
}
