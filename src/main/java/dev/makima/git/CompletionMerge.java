package dev.makima.git;

import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The completion action {@code merge}: the work becomes a branch of the target repository, as with {@code branch}, and that
 * branch is merged into another one there.
 *
 * <p>The merge happens in git's object store (see {@link BranchMerge}). A checkout of the target branch moves along where
 * it is the one that the user named, or a worktree of another task of this daemon, and has no uncommitted changes; files that git does not know are in
 * nobody's way there. Nothing switches branches in anybody's checkout, and conflicts leave nothing to abort.
 *
 * <p>Everything that can go wrong with git is a result that says so; only an interrupt is an exception. Thread-safe;
 * blocking.
 */
public final class CompletionMerge {
    private static final System.Logger LOG = System.getLogger(CompletionMerge.class.getName());
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration FETCH_LIMIT = Duration.ofSeconds(15);

    private final Git git;
    private final GitSettings settings;
    private final Completion completion;
    private final BranchMerge merge;
    private final Fetches fetches;

    /**
     * Merges by this git.
     *
     * @param settings tell this daemon's worktrees: those of other daemons stay as they are
     */
    public CompletionMerge(Git git, GitSettings settings) {
        this(git, settings, new Completion(git));
    }

    private CompletionMerge(Git git, GitSettings settings, Completion completion) {
        this.git = git;
        this.settings = settings;
        this.completion = completion;
        this.merge = new BranchMerge(git);
        this.fetches = new Fetches(git, FETCH_LIMIT);
    }

    /** See {@link Completion#by}. */
    public CompletionMerge by(HandOver given) {
        return new CompletionMerge(git, settings, completion.by(given));
    }

    /** What is merged where. */
    private record Target(Repository repository, String branch, boolean own) {}

    /**
     * Commits what is uncommitted, puts the work on a branch of the target repository, brings the target branch up to its
     * origin if that is a fast-forward, and merges into it by a commit {@code feat: <task name>}.
     *
     * @param targetRepository a repository on this machine, {@code ~/…} too; null is a failure
     * @param targetBranch a branch there, or null for its default
     * @param mayPush false for a task that is local only: then only the worktree's own repository is a target
     * @return with the target branch and the merge commit; on failure with the branch that the work is on, if it got that
     *     far
     * @throws InterruptedException where the calling thread was interrupted; the target is whole, before or after
     */
    public CompletionResult merge(
            Worktree worktree,
            String taskName,
            @Nullable Path targetRepository,
            @Nullable RefName targetBranch,
            boolean mayPush)
            throws InterruptedException {
        if (targetRepository == null) {
            return failed("no target repository is named to merge into. Name one, or use the completion action branch");
        }
        try {
            Target target = target(worktree, targetRepository, targetBranch);
            if (target.own()) {
                WorktreeState state = WorktreeState.read(git, worktree);
                if (state.branch().equals(Optional.of(target.branch()))) {
                    return alreadyThere(worktree, taskName, target.branch());
                }
            } else if (!mayPush) {
                return failed("the task is local only, so nothing was merged into " + targetRepository);
            }
            CompletionResult put = target.own() && TaskCheckout.isTheRepositoryItself(worktree)
                    ? where(worktree, taskName)
                    : completion.branch(worktree, taskName, targetRepository, mayPush);
            return put.success() && put.branch() != null && put.commitSha() != null
                    ? into(target, worktree, taskName, put, put.branch(), put.commitSha())
                    : put;
        } catch (MakimaException e) {
            LOG.log(System.Logger.Level.DEBUG, "the merge of task " + worktree.taskId() + " failed", e);
            return failed(e.explain());
        }
    }

    private Target target(Worktree worktree, Path path, @Nullable RefName given) throws InterruptedException {
        Repository found = Repositories.at(git, Repositories.expand(git, path.toString()), path.toString());
        boolean own = found.common().equals(worktree.repository());
        if (given != null) {
            return new Target(found, BranchMerge.shortName(given), own);
        }
        Branches branches = Branches.read(git, found.directory());
        String name = BaseBranch.choose(git, found.directory(), found.shown(), branches, null, Optional.empty())
                .name();
        return new Target(found, name.equals("HEAD") ? "master" : name, own);
    }

    /** The task works on the target branch itself, as one that began from nothing does. */
    private CompletionResult alreadyThere(Worktree worktree, String taskName, String branch)
            throws InterruptedException {
        Optional<CommittedWork> work = completion.work(worktree, taskName);
        return work.isPresent()
                ? work.get()
                        .result(
                                true,
                                "the work is on " + branch + " already ("
                                        + work.get().stat() + ")",
                                branch)
                : new CompletionResult(true, "nothing was changed", null, null, DiffStat.NONE);
    }

    /** In a repository made for the task the work needs no other branch, and its main must not go. */
    private CompletionResult where(Worktree worktree, String taskName) throws InterruptedException {
        Optional<CommittedWork> work = completion.work(worktree, taskName);
        return work.isPresent()
                ? work.get().result(true, "", work.get().checkedOut().orElse(worktree.branch()))
                : new CompletionResult(true, "nothing was changed", null, null, DiffStat.NONE);
    }

    private CompletionResult into(
            Target target, Worktree worktree, String taskName, CompletionResult put, String branch, String source)
            throws InterruptedException {
        Repository repository = target.repository();
        String kept = ". The work is on branch " + branch + " in " + repository.shown();
        try {
            Optional<String> stale = fetch(repository);
            Optional<String> newer =
                    Revision.commit(git, repository.directory(), "refs/remotes/origin/" + target.branch());
            BranchMerge.Request request = new BranchMerge.Request(
                    repository.directory(),
                    repository.common(),
                    target.branch(),
                    source,
                    Completion.message(taskName),
                    false,
                    new OwnWorktrees(settings, worktree.path()),
                    named(repository),
                    newer);
            BranchMerge.Result result = completion
                    .handOver()
                    .step(
                            merged -> branch + (merged.conflicts().isEmpty() ? " was" : " was not") + " merged into "
                                    + target.branch(),
                            () -> git.locks().locked(repository.common(), () -> merge.run(request)));
            if (!result.conflicts().isEmpty()) {
                return new CompletionResult(
                        false,
                        branch + " conflicts with " + target.branch() + " in " + PathList.some(result.conflicts())
                                + ", so nothing was merged" + kept
                                + ": open a pull request for it (completion action pr), or merge it by hand",
                        branch,
                        put.commitSha(),
                        put.stat());
            }
            String note = stale.map(reason -> "; origin could not be fetched before: " + reason)
                    .orElse("");
            return new CompletionResult(
                    true,
                    "merged " + branch + " into " + target.branch() + " of " + repository.shown() + " (" + put.stat()
                            + ")" + note,
                    target.branch(),
                    result.sha(),
                    put.stat());
        } catch (MakimaException e) {
            return new CompletionResult(false, e.explain() + kept, branch, put.commitSha(), put.stat());
        }
    }

    /** Why origin could not be fetched; empty where it could, or there is none. */
    private Optional<String> fetch(Repository repository) throws InterruptedException {
        RepositoryConfig config = RepositoryConfig.read(git, repository.directory());
        return config.hasOrigin() ? fetches.fetch(repository, config) : Optional.empty();
    }

    /** The checkout that the user named: the one that the path is in, or the one that the git directory belongs to. */
    private List<Path> named(Repository repository) throws InterruptedException {
        List<Path> found = new ArrayList<>();
        GitResult top = git.run(repository.directory(), LIMIT, "rev-parse", "--show-toplevel");
        if (top.ok() && !top.text().isEmpty()) {
            found.add(Repositories.canonical(Path.of(top.text())));
        } else if (repository.common().endsWith(".git") && repository.common().getParent() != null) {
            found.add(repository.common().getParent());
        }
        return found;
    }

    private static CompletionResult failed(String message) {
        return new CompletionResult(false, message, null, null, DiffStat.NONE);
    }
}
