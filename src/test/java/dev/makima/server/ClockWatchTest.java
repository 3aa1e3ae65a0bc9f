package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ClockWatchTest {
    private Instant wall = Instant.parse("2026-01-01T00:00:00Z");
    private long nanos;
    private final Clock clock = ((InstantSource) () -> wall).withZone(ZoneOffset.UTC);
    private final ClockWatch watch = new ClockWatch(clock, () -> nanos, Duration.ofSeconds(10));

    private boolean jumpedAfter(long wallSeconds, long realSeconds) {
        wall = wall.plusSeconds(wallSeconds);
        nanos += Duration.ofSeconds(realSeconds).toNanos();
        return watch.jumped();
    }

    @Test
    void timeThatPassesAsUsualIsNoJump() {
        assertThat(jumpedAfter(2, 2)).isFalse();
        assertThat(jumpedAfter(10, 9)).isFalse();
    }

    @Test
    void aClockThatWasSetAndAMachineThatSleptAndAStandstillAreSeenOnce() {
        assertThat(jumpedAfter(3600, 2)).isTrue();
        assertThat(jumpedAfter(2, 2)).isFalse();
        assertThat(jumpedAfter(-3600, 2)).isTrue();
        assertThat(jumpedAfter(180, 180)).isTrue();
        assertThat(jumpedAfter(2, 2)).isFalse();
    }
}
