package dev.makima.daemon.upkeep;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.daemon.store.Inventory;
import dev.makima.git.Worktree;
import java.time.Instant;

/**
 * Who may change the state that leftovers are judged by: the daemon itself, or whoever holds its lock while none runs.
 * Blocking; thread-safe.
 */
interface Owner {
    /** What is known at this moment. */
    Inventory inventory() throws InterruptedException;

    /** Does it while no run of the task can begin; where one is at work, nothing is done. */
    Leftover.Done whileHeld(TaskId taskId, Leftover.Removal work) throws InterruptedException;

    /** The spool of the run is gone: so is its row. */
    void forgetRun(RunId runId) throws InterruptedException;

    /** Events that the server refused, and that were set aside before then, go. */
    void forgetAside(Instant before) throws InterruptedException;

    /** What the repository wants done in a worktree before it goes. */
    void tearDown(TaskId taskId, Worktree worktree) throws InterruptedException;
}
