package dev.makima.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code scripts/chaos}, with the same seeds every time. */
class ChaosTest {
    private static final long FIRST = 1;
    private static final long SEEDS = 20;
    private static final int AT_ONCE = 4;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path scratch;

    @Test
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void nothingIsLostAndNothingRunsTwiceWhateverIsKilled() throws Exception {
        assertThat(Chaos.seeds(FIRST, AT_ONCE, scratch.resolve("chaos"), null, seed -> seed < FIRST + SEEDS))
                .isEmpty();
    }
}
