package dev.makima.git;

import java.util.Map;

/**
 * One of each tool of this room, all over one {@link Git}: what one needs to know of another, such as who creates a
 * worktree in which repository at the moment, they know by it. A process makes one of these.
 *
 * <p>Every tool blocks and may be used from any thread.
 */
public record GitTools(
        Git git,
        Worktrees worktrees,
        Changes changes,
        Completion completion,
        CompletionMerge completionMerge,
        PullRequests pullRequests,
        TaskBranches branches,
        Merging merging,
        TargetMerge targetMerge,
        WorktreeChanges worktreeChanges,
        WorktreeClones clones,
        WorktreeCleanup cleanup,
        Diffs diffs,
        RepositoryFiles files,
        Patches patches,
        Checkpoints checkpoints)
        implements AutoCloseable {
    /** What a patch as plain text may hold: less than a frame takes, encoded. */
    private static final int EXPORT_LIMIT = 8 * 1024 * 1024;

    /**
     * Tools that run git with this environment.
     *
     * @param environment the process's own, of which git gets the allowed part
     * @param maxPatchBytes what a compressed patch may have at most
     */
    public static GitTools of(Map<String, String> environment, GitSettings settings, long maxPatchBytes) {
        Git git = new Git(environment);
        return new GitTools(
                git,
                new Worktrees(git, settings),
                new Changes(git),
                new Completion(git),
                new CompletionMerge(git, settings),
                new PullRequests(git, environment),
                new TaskBranches(git, settings.branchPrefix()),
                new Merging(git),
                new TargetMerge(git, settings),
                new WorktreeChanges(git),
                new WorktreeClones(git),
                new WorktreeCleanup(git),
                new Diffs(git),
                new RepositoryFiles(git),
                new Patches(git, maxPatchBytes, EXPORT_LIMIT),
                new Checkpoints(git));
    }

    /** Ends pushes of checkpoints that are under way. */
    @Override
    public void close() {
        checkpoints.close();
    }
}
