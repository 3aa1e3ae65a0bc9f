package dev.makima.daemon.upkeep;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.daemon.store.Inventory;
import dev.makima.git.Worktree;
import java.time.Instant;

/**
 * Who owns nothing, and so removes nothing.
 *
 * @param inventory what was known when it began to look
 */
record Onlooker(Inventory inventory) implements Owner {

    @Override
    public Leftover.Done whileHeld(TaskId taskId, Leftover.Removal work) {
        throw refused();
    }

    @Override
    public void forgetRun(RunId runId) {
        throw refused();
    }

    @Override
    public void forgetAside(Instant before) {
        throw refused();
    }

    @Override
    public void tearDown(TaskId taskId, Worktree worktree) {
        throw refused();
    }

    private static IllegalStateException refused() {
        return new IllegalStateException("what was only looked at is not removed");
    }
}
