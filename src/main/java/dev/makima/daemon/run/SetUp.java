package dev.makima.daemon.run;

import dev.makima.process.Launch;
import org.jspecify.annotations.Nullable;

/**
 * The part of a run that can be interrupted as a whole: while it lasts, a stop interrupts the run's thread, which ends
 * the git call it waits for; before and after, a stop is an ordinary {@link Control}.
 *
 * <p>Thread-safe: the lock makes sure that the interrupt never hits what comes after the set-up.
 */
final class SetUp {
    private final Object lock = new Object();
    private @Nullable Thread worker;
    private boolean stopped;

    /**
     * Runs the set-up on this thread.
     *
     * @throws Stopped if it was interrupted by {@link #interrupt}
     * @throws InterruptedException if the thread was interrupted by somebody else
     */
    Launch run(Step step) throws InterruptedException {
        synchronized (lock) {
            if (stopped) {
                throw new Stopped();
            }
            worker = Thread.currentThread();
        }
        try {
            return step.run();
        } catch (InterruptedException | RuntimeException e) {
            if (isStopped()) {
                // Whatever failed: an interrupt fails a write to a file, too, and as something else.
                throw new Stopped();
            }
            throw e;
        } finally {
            if (leave()) {
                // It may have come when nothing waited any more, and it must not reach what follows.
                Thread.interrupted();
            }
        }
    }

    /** Ends a set-up that is under way, or keeps it from starting; does nothing after it. */
    void interrupt() {
        synchronized (lock) {
            stopped = true;
            if (worker != null) {
                worker.interrupt();
            }
        }
    }

    private boolean isStopped() {
        synchronized (lock) {
            return stopped;
        }
    }

    private boolean leave() {
        synchronized (lock) {
            boolean interrupted = worker != null && stopped;
            worker = null;
            return interrupted;
        }
    }

    /** What is done meanwhile. */
    @FunctionalInterface
    interface Step {
        /** Does it. */
        Launch run() throws InterruptedException;
    }

    /** The set-up was ended on purpose. */
    static final class Stopped extends RuntimeException {
        Stopped() {
            super("stopped during the set-up", null, false, false);
        }
    }
}
