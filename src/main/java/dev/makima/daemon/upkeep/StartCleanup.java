package dev.makima.daemon.upkeep;

import dev.makima.base.MakimaException;
import dev.makima.daemon.store.Inventory;
import dev.makima.git.GitTools;
import dev.makima.git.Worktree;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Removes the worktrees of tasks that were over when the daemon started, as far as {@link WorktreeProof} allows; their
 * branches stay. One that only waits for the server's acknowledgement is looked at again with the next run. Used by one
 * thread; blocking.
 */
final class StartCleanup {
    private static final System.Logger LOG = System.getLogger(StartCleanup.class.getName());

    private final GitTools git;
    private final WorktreeProof proof;
    private final Owner owner;
    private @Nullable List<Worktree> waiting;

    StartCleanup(GitTools git, WorktreeProof proof, Owner owner) {
        this.git = git;
        this.proof = proof;
        this.owner = owner;
    }

    void run() throws InterruptedException {
        List<Worktree> again = new ArrayList<>();
        // Those that were there at the start: what becomes ready later is left for people to look at.
        for (Worktree worktree : waiting == null ? LeftWorktrees.all(git) : waiting) {
            try {
                if (!isSettled(worktree)) {
                    again.add(worktree);
                }
            } catch (MakimaException e) {
                LOG.log(Level.WARNING, "clean-up at the start: {0}", e.explain());
            }
        }
        waiting = again;
    }

    private boolean isSettled(Worktree worktree) throws InterruptedException {
        Inventory known = owner.inventory();
        return switch (proof.of(worktree, known)) {
            case WorktreeProof.Verdict.InUse _ -> true;
            case WorktreeProof.Verdict.Waits _ -> false;
            case WorktreeProof.Verdict.Stays stays -> {
                LOG.log(Level.INFO, "clean-up at the start, {0} stays: {1}", worktree.path(), stays.reason());
                yield true;
            }
            case WorktreeProof.Verdict.MayGo _ -> {
                Leftover.Done done = LeftWorktrees.remove(worktree, proof, git, owner);
                LOG.log(Level.INFO, "clean-up at the start, task {0}: {1}", worktree.taskId(), done.text());
                yield true;
            }
        };
    }
}
