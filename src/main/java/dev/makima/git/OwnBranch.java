package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Hands a task's work over as a branch of the repository that its worktree belongs to.
 *
 * <p>In an order in which a crash between any two steps loses nothing: first the new branch, then the worktree leaves the
 * old one, then the old one goes. A worktree that is not the task's alone, and a repository that was made for it, stay on the
 * branch that they are on.
 */
final class OwnBranch {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String NONE_YET = "0".repeat(40);

    private final Git git;

    OwnBranch(Git git) {
        this.git = git;
    }

    /** Does it. The caller holds the repository's lock. */
    CompletionResult take(CommittedWork work) throws InterruptedException {
        Worktree worktree = work.worktree();
        Path common = worktree.repository();
        Branches branches = Branches.read(git, common);
        RepositoryConfig config = RepositoryConfig.read(git, common);
        String name = free(work, branches, config);
        RepositoryConfig.set(
                git, common, RepositoryConfig.taskKey(name), worktree.taskId().toString());
        String old = Optional.ofNullable(branches.local().get(name))
                .map(Branches.Local::sha)
                .orElse(NONE_YET);
        git.runOk(
                common, LIMIT, "update-ref", "-m", "makima: work of the task", "refs/heads/" + name, work.head(), old);
        String made = "made branch " + name + " in " + Repository.named(common) + " (" + work.stat() + ")";
        if (!isTheTasksOwn(worktree, config)) {
            return work.result(true, made, name);
        }
        // Unlike "checkout --detach" this looks at neither the index nor the files.
        git.runOk(
                worktree.path(), LIMIT, "update-ref", "--no-deref", "-m", "makima: leave " + name, "HEAD", work.head());
        String note = name.equals(worktree.branch()) ? "" : drop(work, branches, worktree.branch());
        TaskRecords.write(new Worktree(
                worktree.taskId(),
                worktree.path(),
                common,
                name,
                worktree.baseBranch(),
                worktree.baseSha(),
                worktree.warnings()));
        return work.result(true, made + note, name);
    }

    /** Whether the worktree was made for this task: else it is another task's, which works on there. */
    private static boolean isTheTasksOwn(Worktree worktree, RepositoryConfig config) {
        if (TaskCheckout.isTheRepositoryItself(worktree)) {
            return false;
        }
        boolean recorded = TaskRecords.at(worktree.repository(), worktree.taskId(), worktree.path())
                .isPresent();
        return recorded
                || config.taskOf(worktree.branch())
                        .equals(Optional.of(worktree.taskId().toString()));
    }

    /** The first name that no other branch has, or only an earlier state of this very work that nobody has checked out. */
    private String free(CommittedWork work, Branches branches, RepositoryConfig config) throws InterruptedException {
        Worktree worktree = work.worktree();
        for (String name : work.branchNames()) {
            Branches.Local there = branches.local().get(name);
            if (there == null) {
                return name;
            }
            boolean ours =
                    config.taskOf(name).equals(Optional.of(worktree.taskId().toString()));
            if (ours && !isCheckedOutElsewhere(there, worktree) && contains(worktree, work.head(), there.sha())) {
                return name;
            }
        }
        throw new MakimaException(
                ErrorCode.CONFLICT,
                "every name for the branch of task " + worktree.taskId() + " is in use in "
                        + Repository.named(worktree.repository()),
                "Delete or rename " + work.branchNames().getFirst());
    }

    private static boolean isCheckedOutElsewhere(Branches.Local branch, Worktree worktree) {
        return branch.worktree().isPresent()
                && !branch.worktree().get().equals(Repositories.canonical(worktree.path()));
    }

    private boolean contains(Worktree worktree, String commit, String other) throws InterruptedException {
        return git.run(worktree.path(), LIMIT, "merge-base", "--is-ancestor", other, commit)
                .ok();
    }

    /** Deletes the task's branch, unless that would lose commits; says what the user should know. */
    private String drop(CommittedWork work, Branches branches, String branch) throws InterruptedException {
        Path common = work.worktree().repository();
        Branches.Local there = branches.local().get(branch);
        if (there == null) {
            return "";
        }
        if (!contains(work.worktree(), work.head(), there.sha())) {
            forget(common, branch);
            return "; branch " + branch + " has other commits and stays";
        }
        GitResult result = git.run(common, LIMIT, "branch", "--quiet", "-D", "--", branch);
        if (!result.ok()) {
            forget(common, branch);
            return "; branch " + branch + " stays: " + GitFailure.reason(result);
        }
        // Git takes the branch's configuration along, or gives up at once where somebody holds that file's lock.
        if (result.stderr().contains("config")) {
            RepositoryConfig.remove(git, common, "--remove-section", "branch." + branch);
        }
        return "";
    }

    private void forget(Path common, String branch) throws InterruptedException {
        RepositoryConfig.remove(git, common, "--unset", RepositoryConfig.taskKey(branch));
    }
}
