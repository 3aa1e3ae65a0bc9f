package dev.makima.daemon.command;

import dev.makima.base.TaskId;

/**
 * A command as it is to be carried out.
 *
 * @param lane what it takes its turn with: commands of one task come one after the other
 * @param turn what else it takes its turn with, until its answer is saved
 */
record Order(Object lane, Lanes.Kind kind, Step step, Turn turn) {
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

    /** The whole of a command, its answer included. */
    @FunctionalInterface
    interface Whole {
        /** Blocks for as long as it takes. */
        void run() throws InterruptedException;
    }

    /** When a command's turn has come. */
    @FunctionalInterface
    interface Turn {
        /**
         * Waits for the turn and runs the command in it.
         *
         * @throws InterruptedException where the daemon ends before that
         */
        void take(Whole command) throws InterruptedException;
    }

    static Order reading(TaskId taskId, Step step) {
        return new Order(taskId, Lanes.Kind.READING, step, Whole::run);
    }

    /** One that belongs to no task: nothing has to wait for it. */
    static Order readingAlone(Object lane, Step step) {
        return new Order(lane, Lanes.Kind.READING, step, Whole::run);
    }

    static Order changing(Object lane, Step step) {
        return new Order(lane, Lanes.Kind.CHANGING, step, Whole::run);
    }

    /** The same order in a turn. */
    Order within(Turn other) {
        return new Order(lane, kind, step, other);
    }
}
