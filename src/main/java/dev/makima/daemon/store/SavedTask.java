package dev.makima.daemon.store;

import java.util.function.UnaryOperator;

/**
 * A task as it is saved, for those who do a part of its run: they add to what is recorded, and never change its state.
 * Used by the run's thread alone.
 */
public interface SavedTask {
    /** The task as it is saved. */
    TaskRecord record();

    /**
     * Saves a change that is none of the state; on disk when it returns.
     *
     * @throws InterruptedException where the daemon ends: then nothing was saved
     */
    void update(UnaryOperator<TaskRecord> change) throws InterruptedException;
}
