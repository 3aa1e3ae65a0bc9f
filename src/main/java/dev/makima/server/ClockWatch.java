package dev.makima.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/**
 * Notices that time went on without this server: its clock was set, its machine slept, it stood still. Leases are measured by
 * its clock, so those that seem to be over then are none that daemons had a chance to renew. Not thread-safe.
 */
final class ClockWatch {
    private final Clock clock;
    private final LongSupplier nanos;
    private final Duration most;
    private Instant last;
    private long lastNanos;

    /**
     * Begins now.
     *
     * @param nanos a clock that nobody sets
     * @param most how long it may take from look to look
     */
    ClockWatch(Clock clock, LongSupplier nanos, Duration most) {
        this.clock = clock;
        this.nanos = nanos;
        this.most = most;
        this.last = clock.instant();
        this.lastNanos = nanos.getAsLong();
    }

    /** Whether since the last look the clock went back, or on by more than it may. */
    boolean jumped() {
        Instant now = clock.instant();
        long nowNanos = nanos.getAsLong();
        Duration wall = Duration.between(last, now);
        Duration real = Duration.ofNanos(nowNanos - lastNanos);
        last = now;
        lastNanos = nowNanos;
        return wall.compareTo(most) > 0
                || real.compareTo(most) > 0
                || real.minus(wall).compareTo(most) > 0;
    }
}
