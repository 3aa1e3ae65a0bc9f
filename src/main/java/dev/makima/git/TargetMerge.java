package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Merges a task's work into a branch of its own repository.
 *
 * <p>The merge happens in git's object store, not in a checkout, so that nothing has to be taken back where there are
 * conflicts. Where the target branch is checked out it matters by whom: the worktree of another task of this
 * daemon moves along if it is clean, that of another daemon's task never does. A user's own checkout never does, clean or not: an editor, a build or a running program may be at work there, and
 * the user did not name that directory. (The completion action {@code merge} is for that: it names one.)
 *
 * <p>Everything that can go wrong with git is an outcome that says so; only an interrupt is an exception. Thread-safe;
 * blocking.
 */
public final class TargetMerge {
    private static final System.Logger LOG = System.getLogger(TargetMerge.class.getName());

    private final Git git;
    private final GitSettings settings;
    private final BranchMerge merge;
    private final HandOver handOver;

    /**
     * Merges by this git.
     *
     * @param settings tell this daemon's worktrees: those of other daemons stay as they are
     */
    public TargetMerge(Git git, GitSettings settings) {
        this(git, settings, HandOver.NONE);
    }

    private TargetMerge(Git git, GitSettings settings, HandOver handOver) {
        this.git = git;
        this.settings = settings;
        this.merge = new BranchMerge(git);
        this.handOver = handOver;
    }

    /** The same for the work of a task that was handed over by that. */
    public TargetMerge by(HandOver given) {
        return new TargetMerge(git, settings, given);
    }

    /**
     * Commits what is uncommitted and merges the worktree's HEAD into the target branch.
     *
     * @param target a branch of the repository, or null for the task's base branch; where that is none, main. A branch
     *     that only origin has is made here, from origin's
     * @param squash true for one commit on the target with everything in it, false for a merge commit
     * @return on success with the commit that the target is at now; on conflicts with their paths, and nothing has changed
     *     but that the task's work is committed
     * @throws InterruptedException where the calling thread was interrupted; the target is whole, before or after
     */
    public MergeOutcome merge(Worktree worktree, @Nullable RefName target, boolean squash) throws InterruptedException {
        try {
            WorktreeState state = WorktreeState.read(git, worktree);
            state.requireSettled(worktree.path());
            String name = target(worktree, target);
            return git.locks().locked(worktree.repository(), () -> {
                if (state.dirty()) {
                    Commits.everything(git, worktree.path(), "Task completion checkpoint\n");
                }
                return into(worktree, name, state.branch(), squash);
            });
        } catch (MakimaException e) {
            LOG.log(System.Logger.Level.DEBUG, "the merge of task " + worktree.taskId() + " failed", e);
            return MergeOutcome.failed(e.explain());
        }
    }

    private static String target(Worktree worktree, @Nullable RefName given) {
        if (given != null) {
            return BranchMerge.shortName(given);
        }
        String base = worktree.baseBranch();
        return base.isBlank() || base.equals("HEAD") ? "main" : base;
    }

    private MergeOutcome into(Worktree worktree, String target, Optional<String> checkedOut, boolean squash)
            throws InterruptedException {
        String head = Revision.commit(git, worktree.path(), "HEAD")
                .orElseThrow(() -> new MakimaException(
                        ErrorCode.CONFLICT, "there is no commit in " + worktree.path() + ", so nothing can be merged"));
        if (checkedOut.equals(Optional.of(target))) {
            return MergeOutcome.done("the work is on " + target + " already", head);
        }
        String message = squash
                ? "Squashed merge of task " + worktree.taskId()
                : "Merge task " + worktree.taskId() + " into " + target;
        BranchMerge.Request request = new BranchMerge.Request(
                worktree.path(),
                worktree.repository(),
                target,
                head,
                message,
                squash,
                new OwnWorktrees(settings, worktree.path()),
                List.of(),
                Optional.empty());
        BranchMerge.Result result = handOver.step(
                merged -> "the work was " + (merged.conflicts().isEmpty() ? "" : "not ") + "merged into " + target,
                () -> merge.run(request));
        if (!result.conflicts().isEmpty()) {
            return MergeOutcome.conflicts(
                    "the work of task " + worktree.taskId() + " conflicts with " + target + " in "
                            + PathList.some(result.conflicts()) + ". " + target
                            + " is as it was: merge it into the task's branch and resolve them there, then try again",
                    result.conflicts());
        }
        String what = squash ? "squashed the work into " : "merged the work into ";
        return MergeOutcome.done(
                result.changed() ? what + target : target + " has all of the work already", result.sha());
    }
}
