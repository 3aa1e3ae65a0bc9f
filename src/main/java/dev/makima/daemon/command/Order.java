package dev.makima.daemon.command;

import dev.makima.base.TaskId;
import java.util.UUID;

/**
 * A command as it is to be carried out.
 *
 * @param lane what it takes its turn with: commands of one task come one after the other
 */
record Order(Object lane, Lanes.Kind kind, Step step) {
    /** Carries it out. */
    @FunctionalInterface
    interface Step {
        /**
         * Blocks for as long as it takes.
         *
         * @throws InterruptedException where the daemon ends
         * @throws dev.makima.base.MakimaException where it cannot be done: its text is the failure answer's
         */
        Reply run() throws InterruptedException;
    }

    static Order reading(TaskId taskId, Step step) {
        return new Order(taskId, Lanes.Kind.READING, step);
    }

    /** One that belongs to no task: nothing has to wait for it. */
    static Order readingAlone(UUID requestId, Step step) {
        return new Order(requestId, Lanes.Kind.READING, step);
    }

    static Order changing(Object lane, Step step) {
        return new Order(lane, Lanes.Kind.CHANGING, step);
    }
}
