package dev.makima.git;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The branches that a task leaves, for its clean-up. Thread-safe; the caller has the repository's lock; blocking. */
final class LeftBranches {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** A branch that was merged as one commit is looked for in so many, the newest first. */
    private static final int LOOKED_AT = 20;

    private final Git git;

    LeftBranches(Git git) {
        this.git = git;
    }

    /** Whether branches (of origin too) and tags have all of its commits. */
    boolean haveAll(Path directory, String revision, List<String> exclude) throws InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("rev-list", "--max-count=1", revision, "--not"));
        exclude.forEach(branch -> arguments.add("--exclude=" + branch));
        arguments.addAll(List.of("--branches", "--remotes", "--tags", "--"));
        return git.runOk(directory, LIMIT, arguments.toArray(String[]::new))
                .text()
                .isEmpty();
    }

    /** Whether there are any. */
    boolean any(Worktree worktree) throws InterruptedException {
        return of(worktree).iterator().hasNext();
    }

    /** Whether branches have all commits of a reference, which need not be there. */
    boolean haveAll(Path repository, String reference) throws InterruptedException {
        return Revision.commit(git, repository, reference).isEmpty() || haveAll(repository, reference, List.of());
    }

    /** Deletes those that are recorded for the task, and tells what became of each. */
    List<String> delete(Worktree worktree, UnsavedWork unsaved) throws InterruptedException {
        List<String> said = new ArrayList<>();
        for (String branch : of(worktree)) {
            said.add(delete(worktree, branch, unsaved));
        }
        return said;
    }

    /** The branches that are recorded for the task and there, but for those of another daemon's worktree. */
    private Iterable<String> of(Worktree worktree) throws InterruptedException {
        TreeSet<String> names = new TreeSet<>();
        RepositoryConfig.read(git, worktree.repository())
                .branchesOf(worktree.taskId())
                .forEach(names::add);
        for (Worktree recorded : TaskRecords.of(worktree.repository(), worktree.taskId())) {
            if (recorded.path().equals(worktree.path())) {
                names.add(recorded.branch());
            } else {
                names.remove(recorded.branch());
            }
        }
        if (names.isEmpty()) {
            names.add(worktree.branch());
        }
        names.retainAll(Branches.read(git, worktree.repository()).local().keySet());
        return names;
    }

    private String delete(Worktree worktree, String branch, UnsavedWork unsaved) throws InterruptedException {
        Path common = worktree.repository();
        if (unsaved == UnsavedWork.KEEP
                && !haveAll(common, "refs/heads/" + branch, List.of(branch))
                && !isSquashed(common, "refs/heads/" + branch)) {
            return "branch " + branch + " stays, it has commits that no other branch has";
        }
        GitResult result = git.run(common, LIMIT, "branch", "--quiet", "-D", "--", branch);
        if (!result.ok()) {
            return "branch " + branch + " stays: " + GitFailure.reason(result);
        }
        return "deleted branch " + branch;
    }

    /**
     * Whether one of the newest branches has all that it changed, if not its commits: it was merged there as one commit, as
     * GitHub offers to. Merging it again would change nothing then, to the byte. A branch that changed nothing in the end is
     * none of these, as is one whose files that other branch has changed further since: they stay.
     */
    private boolean isSquashed(Path common, String branch) throws InterruptedException {
        List<String> others = git.runOk(
                        common,
                        LIMIT,
                        "for-each-ref",
                        "--sort=-committerdate",
                        "--count=" + LOOKED_AT,
                        "--format=%(refname)",
                        "refs/heads",
                        "refs/remotes")
                .text()
                .lines()
                .filter(other -> !other.equals(branch))
                .toList();
        for (String other : others) {
            // An older git knows no such merge, and fails.
            GitResult merged = git.run(common, LIMIT, "merge-tree", "--write-tree", "--no-messages", other, branch);
            if (merged.ok()
                    && merged.text()
                            .equals(git.runOk(common, LIMIT, "rev-parse", other + "^{tree}")
                                    .text())
                    && !git.run(common, LIMIT, "diff", "--quiet", other + "..." + branch, "--")
                            .ok()) {
                return true;
            }
        }
        return false;
    }

    /** Takes away the configuration of the task's branches that are not there any more. */
    void forgetMissing(Worktree worktree) throws InterruptedException {
        Path common = worktree.repository();
        var there = Branches.read(git, common).local().keySet();
        List<String> recorded = RepositoryConfig.read(git, common)
                .branchesOf(worktree.taskId())
                .filter(branch -> !there.contains(branch))
                .toList();
        for (String branch : recorded) {
            RepositoryConfig.remove(git, common, "--remove-section", "branch." + branch);
        }
    }
}
