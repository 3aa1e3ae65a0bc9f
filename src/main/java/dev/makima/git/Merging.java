package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RefName;
import dev.makima.base.RelativePath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Merges branches in a task's worktree, step by step: start, resolve, commit or abort.
 *
 * <p>Everything that can go wrong with git is an outcome that says so; only an interrupt is an exception. What the agent does
 * by git itself counts alike: a merge that it began can be ended here and the other way round. Hooks never run.
 * Thread-safe, one step at a time per worktree; blocking.
 */
public final class Merging {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Git git;
    private final ConflictResolution resolution;

    /** Merging by this git. */
    public Merging(Git git) {
        this.git = git;
        this.resolution = new ConflictResolution(git);
    }

    /** One step, under the worktree's lock. */
    @FunctionalInterface
    private interface Step {
        MergeOutcome run(Path admin) throws InterruptedException;
    }

    /**
     * Merges a branch into what is checked out, without committing and never by a fast-forward. Conflicts are listed and
     * left for the other steps. Refused while a merge, rebase or the like is in progress, and by git where uncommitted
     * work is in the way.
     *
     * @param source a local branch, one of origin, or a commit
     * @throws InterruptedException where the calling thread was interrupted
     */
    public MergeOutcome start(Worktree worktree, RefName source) throws InterruptedException {
        return step(worktree, admin -> {
            Path path = worktree.path();
            TaskCheckout.requireIdle(WorktreeState.read(git, worktree), path);
            Revision revision = Revision.find(git, path, source);
            List<String> arguments = new ArrayList<>(Commits.identity(git, RepositoryConfig.read(git, path)));
            arguments.addAll(List.of(
                    "merge",
                    "--no-commit",
                    "--no-ff",
                    "--no-squash",
                    "--no-autostash",
                    "--no-edit",
                    "--no-log",
                    "--no-stat",
                    "--no-verify",
                    "--no-verify-signatures",
                    "--no-rerere-autoupdate",
                    "--strategy=ort",
                    "--message=" + MergeSource.message(revision),
                    revision.sha()));
            GitResult result = git.run(path, LIMIT, arguments.toArray(String[]::new));
            List<String> conflicts = resolution.conflicts(path);
            if (!conflicts.isEmpty()) {
                return MergeOutcome.conflicts(
                        "merging " + source + " met conflicts in " + PathList.some(conflicts)
                                + ". Resolve them and commit the merge, or abort it",
                        conflicts);
            }
            if (!result.ok()) {
                giveUp(path, admin);
                return MergeOutcome.failed("could not merge " + source + " in " + path + ": " + reason(result));
            }
            return MergeSource.isMerging(admin)
                    ? MergeOutcome.done("merged " + source + " without conflicts; the merge is not committed yet", null)
                    : MergeOutcome.done(source + " is merged already, there is nothing to commit", null);
        });
    }

    /**
     * How the merge stands.
     *
     * @throws InterruptedException where the calling thread was interrupted
     * @throws MakimaException CONFLICT where the directory is not this task's worktree any more; COMMAND_FAILED or
     *     TIMEOUT where it cannot be read
     */
    public MergeState status(Worktree worktree) throws InterruptedException {
        Path admin = TaskCheckout.admin(worktree);
        Optional<String> source = MergeSource.find(git, worktree, admin);
        return new MergeState(MergeSource.isMerging(admin), source.orElse(null), resolution.conflicts(worktree.path()));
    }

    /**
     * Resolves the conflict in one file by taking one side's version of it; where that side deleted it, it is deleted.
     * Only a path that git itself lists as one with conflicts is ever touched, and never through a symlink.
     *
     * @return an outcome with the conflicts that remain; they make it no failure
     * @throws InterruptedException where the calling thread was interrupted
     */
    public MergeOutcome resolve(Worktree worktree, RelativePath file, MergeSide side) throws InterruptedException {
        return step(worktree, admin -> {
            requireMerging(admin, worktree);
            String path = resolution.resolve(worktree.path(), file, side);
            List<String> left = resolution.conflicts(worktree.path());
            String rest = left.isEmpty()
                    ? "; no conflicts are left, the merge can be committed"
                    : "; conflicts are left in " + PathList.some(left);
            String whose = side == MergeSide.OURS ? "ours" : "theirs";
            return new MergeOutcome(true, "resolved " + path + " as " + whose + rest, null, left, null, null);
        });
    }

    /**
     * Commits the merge: what is staged, with nothing added. Refused while conflicts remain.
     *
     * @param message the commit's message; a blank one gets {@code Merge branch '…'}
     * @return with the new commit, the branch that it merged and that branch's task
     * @throws InterruptedException where the calling thread was interrupted
     */
    public MergeOutcome commit(Worktree worktree, String message) throws InterruptedException {
        return step(worktree, admin -> {
            requireMerging(admin, worktree);
            List<String> conflicts = resolution.conflicts(worktree.path());
            if (!conflicts.isEmpty()) {
                return MergeOutcome.conflicts(
                        "the merge was not committed, conflicts are left in " + PathList.some(conflicts)
                                + ". Resolve them first",
                        conflicts);
            }
            Optional<String> source = MergeSource.find(git, worktree, admin);
            String text = message.isBlank() ? "Merge branch '" + source.orElse("unknown") + "'" : message.strip();
            Commits.staged(git, worktree.path(), text + "\n");
            String sha = git.runOk(worktree.path(), LIMIT, "rev-parse", "--verify", "HEAD")
                    .text();
            String what =
                    source.map(branch -> "committed the merge of " + branch).orElse("committed the merge");
            return new MergeOutcome(
                    true,
                    what,
                    sha,
                    List.of(),
                    source.orElse(null),
                    source.isPresent() ? TaskBranches.taskOf(git, worktree, source.get()) : null);
        });
    }

    /**
     * Gives the merge up: the worktree is as before it, uncommitted work of then included.
     *
     * @throws InterruptedException where the calling thread was interrupted
     */
    public MergeOutcome abort(Worktree worktree) throws InterruptedException {
        return step(worktree, admin -> {
            requireMerging(admin, worktree);
            git.runOk(worktree.path(), LIMIT, "merge", "--abort");
            return MergeOutcome.done("the merge was aborted", null);
        });
    }

    /**
     * Takes back what a failed start left. Where git cannot lock the index it says so, but notes a merge all the same: one
     * that would be committed without any of the other side's changes.
     */
    private void giveUp(Path path, Path admin) throws InterruptedException {
        if (MergeSource.isMerging(admin)
                && !git.run(path, LIMIT, "merge", "--abort").ok()) {
            git.runOk(path, LIMIT, "merge", "--quit");
        }
    }

    private MergeOutcome step(Worktree worktree, Step step) throws InterruptedException {
        try {
            Path admin = TaskCheckout.admin(worktree);
            return git.locks().locked(admin, () -> step.run(admin));
        } catch (MakimaException e) {
            return MergeOutcome.failed(e.explain());
        }
    }

    private static void requireMerging(Path admin, Worktree worktree) {
        if (!MergeSource.isMerging(admin)) {
            throw new MakimaException(
                    ErrorCode.CONFLICT, "no merge is in progress in " + worktree.path(), "Start one first");
        }
    }

    /** Git's reason; the files that it names are on indented lines of their own. */
    private static String reason(GitResult result) {
        if (!result.stderr().contains("would be overwritten by merge")) {
            String cure = GitFailure.cure(result.stderr());
            return GitFailure.reason(result) + (cure == null ? "" : ". " + cure);
        }
        String files = result.stderr()
                .lines()
                .filter(line -> line.startsWith("\t") || line.startsWith("  "))
                .map(String::strip)
                .limit(10)
                .collect(Collectors.joining(", "));
        return "uncommitted work would be overwritten: " + files + ". Commit it or put it aside, then try again";
    }
}
