package dev.makima.daemon.completion;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import dev.makima.base.Text;
import dev.makima.base.UserHome;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.lease.Leases;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.CompletionResult;
import dev.makima.git.DiffStat;
import dev.makima.git.GitTools;
import dev.makima.git.HandOver;
import dev.makima.git.PullRequestResult;
import dev.makima.git.Worktree;
import dev.makima.protocol.CompletionActionResult;
import java.lang.System.Logger.Level;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a task's work: the completion actions none, branch, merge and pr, at the end of a run or asked for later.
 *
 * <p>What goes wrong is a result with success=false, whatever it is; only an interrupt is an exception. Thread-safe;
 * blocking.
 */
public final class CompletionActions {
    private static final System.Logger LOG = System.getLogger(CompletionActions.class.getName());

    private final GitTools git;
    private final Leases leases;

    /**
     * Actions by these tools.
     *
     * @param leases what may be done for which task: asked before and after each step that cannot be undone
     */
    public CompletionActions(GitTools git, Leases leases) {
        this.git = git;
        this.leases = leases;
    }

    /** By what the work of a task is brought out. */
    public HandOver handOver(TaskRecord task) {
        return new HandOver(task.fence(), () -> leases.require(task.taskId()));
    }

    /**
     * The repository that a task's work goes to.
     *
     * @param named what the task names, {@code ~/…} too; null or blank for what is configured
     * @throws MakimaException VALIDATION for a text that is no path
     */
    public static Optional<Path> target(@Nullable String named, DaemonConfig config, UserHome home) {
        if (named == null || named.isBlank()) {
            return config.worktree().defaultTargetRepo();
        }
        try {
            return Optional.of(home.expand(named));
        } catch (InvalidPathException e) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "the target repository is not a path: " + Text.abbreviate(named, 120),
                    "Give the absolute path of a git repository on the daemon's machine",
                    e);
        }
    }

    /**
     * Does one action.
     *
     * @param taskName the message of commits, and a part of the branch's name
     * @param action none, branch, merge or pr; another one is a failure
     * @param targetRepository see {@link #target}
     * @param targetBranch what merge and pr go into; empty for the repository's default, with pr the task's base branch
     * @param mayPush false for a task that is local only
     * @throws InterruptedException where the calling thread was interrupted
     */
    public CompletionActionResult perform(
            TaskRecord task,
            String taskName,
            String action,
            Optional<Path> targetRepository,
            Optional<String> targetBranch,
            boolean mayPush)
            throws InterruptedException {
        return safely(task, () -> {
            if (action.equals("none")) {
                return leave(task);
            }
            Worktree worktree = worktree(task, action);
            @Nullable Path target = targetRepository.orElse(null);
            @Nullable
            RefName branch = targetBranch
                    .map(String::strip)
                    .filter(text -> !text.isEmpty())
                    .map(RefName::new)
                    .orElse(null);
            return switch (action) {
                case "branch" ->
                    told(task, git.completion().by(handOver(task)).branch(worktree, taskName, target, mayPush));
                case "merge" ->
                    told(
                            task,
                            git.completionMerge()
                                    .by(handOver(task))
                                    .merge(worktree, taskName, target, branch, mayPush));
                case "pr" ->
                    told(
                            task,
                            git.pullRequests()
                                    .by(handOver(task))
                                    .complete(worktree, taskName, target, branch, mayPush));
                default ->
                    throw new MakimaException(
                            ErrorCode.VALIDATION,
                            "there is no completion action " + Text.abbreviate(action, 40) + ". The work is in "
                                    + worktree.path() + " on branch " + worktree.branch(),
                            "Use none, branch, merge or pr");
            };
        });
    }

    /**
     * Merges into the task's base branch in the repository that it was made from, and pushes nothing.
     *
     * @throws InterruptedException where the calling thread was interrupted
     */
    CompletionActionResult mergeLocally(TaskRecord task, Optional<Path> source) throws InterruptedException {
        return safely(task, () -> {
            Worktree worktree = worktree(task, "merge");
            if (worktree.baseBranch().isBlank() || worktree.baseBranch().equals("HEAD")) {
                throw new MakimaException(
                        ErrorCode.CONFLICT,
                        "the task began at a commit on no branch, so there is none to merge it into here",
                        "Give the task a base branch");
            }
            CompletionResult result = git.completionMerge()
                    .by(handOver(task))
                    .merge(
                            worktree,
                            task.spawn().taskName(),
                            source.orElse(worktree.repository()),
                            new RefName(worktree.baseBranch()),
                            false);
            return told(task, result);
        });
    }

    /**
     * The task as it is after an action, to be saved: a branch in the worktree's own repository is the task's branch moved.
     */
    public TaskRecord moved(TaskRecord task) {
        @Nullable Worktree known = task.worktree();
        if (known == null || task.sharesWorktree()) {
            return task;
        }
        return git.worktrees()
                .refreshed(known)
                .map(now -> task.withDirectory(now.path(), now))
                .orElse(task);
    }

    /** The worktree as the task's own, whosever it is: what is made of the work is called after this task. */
    private Worktree worktree(TaskRecord task, String action) {
        @Nullable Worktree known = moved(task).worktree();
        if (known == null) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "the task has no repository, so the completion action " + Text.abbreviate(action, 40)
                            + " has nothing to work on" + place(task),
                    "Start the task with a repository (repoUrl)");
        }
        return new Worktree(
                task.taskId(),
                known.path(),
                known.repository(),
                known.branch(),
                known.baseBranch(),
                known.baseSha(),
                known.warnings());
    }

    private static String place(TaskRecord task) {
        return task.directory() == null ? "" : ". The work is in " + task.directory();
    }

    /** The work stays where it is: said, with its size. */
    private CompletionActionResult leave(TaskRecord task) throws InterruptedException {
        if (task.directory() == null) {
            throw new MakimaException(ErrorCode.NOT_FOUND, "there is no work of this task on this machine");
        }
        @Nullable Worktree worktree = moved(task).worktree();
        if (worktree == null) {
            return located(
                    CompletionActionResult.success(task.taskId(), "The work is in " + task.directory()),
                    task,
                    null,
                    null);
        }
        DiffStat stat = git.changes().stat(worktree);
        return sized(
                located(
                        CompletionActionResult.success(
                                task.taskId(), "The work is in " + worktree.path() + " on branch " + worktree.branch()),
                        task,
                        worktree.branch(),
                        null),
                stat);
    }

    private static CompletionActionResult told(TaskRecord task, CompletionResult result) {
        return sized(
                located(frame(task, result.success(), result.message()), task, result.branch(), result.commitSha()),
                result.stat());
    }

    private static CompletionActionResult told(TaskRecord task, PullRequestResult result) {
        CompletionActionResult frame = sized(
                located(frame(task, result.success(), result.message()), task, result.branch(), result.commitSha()),
                result.stat());
        return result.url() == null ? frame : frame.withPullRequest(result.url());
    }

    private static CompletionActionResult frame(TaskRecord task, boolean success, String message) {
        return success
                ? CompletionActionResult.success(task.taskId(), message)
                : CompletionActionResult.failure(task.taskId(), message);
    }

    private static CompletionActionResult sized(CompletionActionResult frame, DiffStat stat) {
        return frame.withStatistics(stat.filesChanged(), stat.insertions(), stat.deletions());
    }

    private static CompletionActionResult located(
            CompletionActionResult frame, TaskRecord task, @Nullable String branch, @Nullable String sha) {
        return frame.withWork(branch, sha, Objects.toString(task.directory(), null));
    }

    /** What is done. */
    @FunctionalInterface
    private interface Action {
        CompletionActionResult run() throws InterruptedException;
    }

    private static CompletionActionResult safely(TaskRecord task, Action action) throws InterruptedException {
        try {
            return action.run();
        } catch (MakimaException e) {
            return located(CompletionActionResult.failure(task.taskId(), e.explain()), task, null, null);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "task " + task.taskId() + ": the completion action broke", e);
            return located(
                    CompletionActionResult.failure(task.taskId(), "a mistake of the daemon: " + e), task, null, null);
        }
    }
}
