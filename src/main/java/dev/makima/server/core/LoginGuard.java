package dev.makima.server.core;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts failed logins per address. After 20 within a minute further ones are refused as too many until the minute is
 * over. Good keys go on working: daemons, agents and users may share one address, and a key of 256 bits is not guessed.
 * To be used on one event loop.
 */
public final class LoginGuard {
    /** How many may fail in a minute. */
    public static final int FAILURES_MAX = 20;

    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int ADDRESSES_KEPT = 10_000;

    private final Clock clock;
    private final Map<String, Failures> failures = new LinkedHashMap<>();

    private record Failures(Instant since, int count) {}

    /** A fresh count. */
    public LoginGuard(Clock clock) {
        this.clock = clock;
    }

    /** Counts a failure and says what to tell the one who failed. */
    public MakimaException failed(String address, MakimaException failure) {
        Failures found = failures.get(address);
        if (found == null || isOver(found)) {
            failures.remove(address);
            makeRoom();
            failures.put(address, new Failures(clock.instant(), 1));
            return failure;
        }
        failures.put(address, new Failures(found.since(), found.count() + 1));
        if (found.count() < FAILURES_MAX) {
            return failure;
        }
        return new MakimaException(
                ErrorCode.RATE_LIMITED,
                "too many attempts with wrong API keys from " + address,
                "Try again in a minute, with a key that is valid");
    }

    /** In how many seconds the address may fail again, as the header Retry-After says it: at least 1. */
    public String retryAfter(String address) {
        Failures found = failures.get(address);
        long millis = found == null
                ? 0
                : Duration.between(clock.instant(), found.since().plus(WINDOW)).toMillis();
        return Long.toString(Math.max(1, millis / 1000 + 1));
    }

    private void makeRoom() {
        if (failures.size() >= ADDRESSES_KEPT) {
            var eldest = failures.entrySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    private boolean isOver(Failures found) {
        return found.since().plus(WINDOW).isBefore(clock.instant());
    }
}
