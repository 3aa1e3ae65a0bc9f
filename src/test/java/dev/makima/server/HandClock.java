package dev.makima.server;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** The system's clock, which a test can put forward and stop. Thread-safe. */
final class HandClock extends Clock {
    private volatile Duration ahead = Duration.ZERO;
    private volatile @Nullable Instant stopped;

    /** From now on it is so much later. */
    void forward(Duration time) {
        ahead = ahead.plus(time);
    }

    /** Stays as it is until it goes on. */
    void stop() {
        stopped = instant();
    }

    /** Goes on as if it had never stopped. */
    void goOn() {
        stopped = null;
    }

    @Override
    public Instant instant() {
        Instant still = stopped;
        return still == null ? Instant.now().plus(ahead) : still;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("it has one zone");
    }
}
