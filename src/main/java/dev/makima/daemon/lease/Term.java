package dev.makima.daemon.lease;

import java.time.Duration;

/**
 * For how long an agent may work if nobody says more.
 *
 * @param until on the clock of the leases; {@link #FOREVER} where no lease binds
 * @param length how long the lease lasts from each renewal
 */
public record Term(Duration until, Duration length) {
    /** A time that does not come. */
    public static final Duration FOREVER = Duration.ofDays(1_000_000);
}
