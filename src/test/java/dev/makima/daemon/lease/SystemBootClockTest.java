package dev.makima.daemon.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemBootClockTest {
    @TempDir
    private Path directory;

    @Test
    void timeDoesNotGoBackWhereTheUptimeCannotBeReadForAMoment() throws IOException {
        Path uptime = Files.writeString(directory.resolve("uptime"), "90000.25 1.00\n");
        SystemBootClock clock = new SystemBootClock(uptime, Files.writeString(directory.resolve("boot"), "b\n"));
        assertThat(clock.now()).isEqualTo(Duration.ofMillis(90_000_250));
        assertThat(clock.boot()).isEqualTo("b");
        Files.delete(uptime);
        assertThat(clock.now()).isGreaterThanOrEqualTo(Duration.ofMillis(90_000_250));
    }

    @Test
    void withoutAnUptimeNoOtherProgramsTimesAreComparable() {
        Path none = directory.resolve("none");
        assertThat(new SystemBootClock(none, none).boot()).startsWith("process-");
        assertThat(new SystemBootClock(none, none).now()).isLessThan(Duration.ofMinutes(1));
    }
}
