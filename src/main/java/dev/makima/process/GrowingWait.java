package dev.makima.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Short waits that grow, up to a limit; an interrupt is kept for later, and ends them where that is wanted. */
final class GrowingWait {
    private static final long FIRST_PAUSE_NANOS = 500_000;
    private static final long LONGEST_PAUSE_NANOS = 20_000_000;

    private final long deadline;
    private final boolean interruptible;
    private long next = FIRST_PAUSE_NANOS;
    private boolean interrupted;

    GrowingWait(Duration limit, boolean interruptible) {
        this.interruptible = interruptible;
        deadline = System.nanoTime() + limit.toNanos();
    }

    boolean isOver() {
        return (interruptible && interrupted) || System.nanoTime() - deadline >= 0;
    }

    void pause() {
        LockSupport.parkNanos(Math.max(1, Math.min(next, deadline - System.nanoTime())));
        next = Math.min(next * 2, LONGEST_PAUSE_NANOS);
        interrupted |= Thread.interrupted();
    }

    void restoreInterrupt() {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
