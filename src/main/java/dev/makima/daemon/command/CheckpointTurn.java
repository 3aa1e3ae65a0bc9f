package dev.makima.daemon.command;

import dev.makima.base.TaskId;
import dev.makima.daemon.checkpoint.CheckpointMaker;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.Worktree;
import java.util.Optional;

/**
 * The turn of a checkpoint on demand among those that are made by the clock: no other is made of the worktree until this
 * one's answer is saved, so that the server hears of them in the order of the commits. Blocking; thread-safe.
 */
final class CheckpointTurn {
    private final TaskPlaces places;
    private final CheckpointMaker maker;

    CheckpointTurn(TaskPlaces places, CheckpointMaker maker) {
        this.places = places;
        this.maker = maker;
    }

    /** Runs the command when its turn has come; at once for a task without a worktree, which it is to say itself. */
    void take(TaskId taskId, Order.Whole command) throws InterruptedException {
        Optional<Worktree> worktree = places.record(taskId).map(TaskRecord::worktree);
        if (worktree.isEmpty()) {
            command.run();
            return;
        }
        maker.inTurn(worktree.get(), () -> {
            command.run();
            return true;
        });
    }
}
