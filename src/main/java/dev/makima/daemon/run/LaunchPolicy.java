package dev.makima.daemon.run;

/** What a run does with its agent's ends: the one way in which kinds of tasks differ here. On the run's thread. */
interface LaunchPolicy {
    /** Whether the agent's input stays open when it has nothing to do. */
    boolean keepsInputOpen();

    /** Whether a message that one process does not take any more is for the next. */
    boolean keepsMessages();

    /** The directory is there, and the run's first process is about to be started. */
    void beforeFirst() throws InterruptedException;

    /** A process has ended; what follows is saved where it is anything but the end. */
    AfterLaunch after(LaunchEnd end) throws InterruptedException;

    /** What was decided between two processes by a daemon that ended then. */
    AfterLaunch between();

    /** The next process could not be started with that message. */
    AfterLaunch notStarted(String message, String reason) throws InterruptedException;

    /** A run of one process, or of another where that one failed for want of a login. */
    record Once() implements LaunchPolicy {
        @Override
        public boolean keepsInputOpen() {
            return false;
        }

        @Override
        public boolean keepsMessages() {
            return false;
        }

        @Override
        public void beforeFirst() {
            // Nothing is compared later.
        }

        @Override
        public AfterLaunch after(LaunchEnd end) {
            return new AfterLaunch.End(end.ending());
        }

        @Override
        public AfterLaunch between() {
            // Only a login that is there again is followed by another process.
            return new AfterLaunch.Again(LoginWait.GO_ON);
        }

        @Override
        public AfterLaunch notStarted(String message, String reason) {
            return new AfterLaunch.End(Ending.failed(reason));
        }
    }
}
