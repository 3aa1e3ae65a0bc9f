package dev.makima.daemon.bus;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the connection to the server is.
 *
 * @param server its base URL
 * @param since when the connection was made or lost; of one that never was made, when the daemon started
 * @param reason why there is none, or null where there is one or the first attempt is still under way
 * @param nextAttempt when it is tried again, or null where there is one or an attempt is under way
 * @param unacknowledgedBytes output in the spools that the server is not known to have
 */
public record LinkStatus(
        String server,
        boolean connected,
        Instant since,
        @Nullable String reason,
        @Nullable Instant nextAttempt,
        long unacknowledgedBytes) {}
