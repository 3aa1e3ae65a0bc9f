package dev.makima.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The short form of {@code scripts/chaos}, with the same seeds every time: twenty, or as many as can be begun within 90
 * seconds where the machine is busy with other things.
 */
class ChaosTest {
    private static final long FIRST = 1;
    private static final long SEEDS = 20;
    private static final int AT_ONCE = 4;
    private static final long AT_LEAST = 8;
    private static final Duration TIME = Duration.ofSeconds(90);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path scratch;

    @Test
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void nothingIsLostAndNothingRunsTwiceWhateverIsKilled() throws Exception {
        long begun = System.nanoTime();
        AtomicLong run = new AtomicLong();
        List<String> findings = Chaos.seeds(FIRST, AT_ONCE, scratch.resolve("chaos"), null, seed -> {
            boolean inTime = seed < FIRST + AT_LEAST || System.nanoTime() - begun < TIME.toNanos();
            boolean more = seed < FIRST + SEEDS && inTime;
            run.addAndGet(more ? 1 : 0);
            return more;
        });
        System.out.println("chaos: " + run + " of " + SEEDS + " seeds were run");
        assertThat(findings).isEmpty();
    }
}
