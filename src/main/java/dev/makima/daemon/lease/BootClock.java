package dev.makima.daemon.lease;

import java.time.Duration;

/**
 * Time since the machine was started, which goes on while it sleeps: a lease runs out for a laptop that is closed, too.
 * Thread-safe.
 */
public interface BootClock {
    /** Names the boot that {@link #now} counts from. */
    String boot();

    /** The time since then. */
    Duration now();

    /** The machine's own: Linux's {@code /proc/uptime}, elsewhere the larger of monotonic and wall-clock time. */
    static BootClock system() {
        return new SystemBootClock();
    }
}
