package dev.makima.base;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential backoff with full jitter: each wait is a random time up to a bound that doubles from the first delay to
 * the cap, so that many daemons that lost one server do not all come back at once.
 *
 * <p>Not thread-safe: one owner counts its own failures.
 */
public final class Backoff {
    private final Duration first;
    private final Duration cap;
    private final RandomGenerator random;
    private int failures;

    /**
     * A fresh count.
     *
     * @param first the bound of the first wait, positive
     * @param cap the bound of every wait, at least {@code first}
     */
    public Backoff(Duration first, Duration cap, RandomGenerator random) {
        this.first = first;
        this.cap = cap;
        this.random = random;
    }

    /** Counts one more failure and says how long to wait before the next try: at least 1 ms. */
    public Duration next() {
        long bound = cap.toMillis();
        if (failures < 30) {
            bound = Math.min(bound, first.toMillis() << failures);
        }
        failures++;
        return Duration.ofMillis(1 + random.nextLong(Math.max(1, bound)));
    }

    /** How many failures there were since the last success. */
    public int failures() {
        return failures;
    }

    /** It worked: the next wait is a first one again. */
    public void reset() {
        failures = 0;
    }
}
