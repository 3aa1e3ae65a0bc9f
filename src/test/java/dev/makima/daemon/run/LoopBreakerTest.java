package dev.makima.daemon.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.config.DaemonConfig.Loop;
import dev.makima.daemon.store.LoopProgress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopBreakerTest {
    private final LoopBreaker breaker = new LoopBreaker(new Loop(10, 3, 5));

    /** Each character of the two texts is one launch: the directory's content after it, the obstacle ('-' for none). */
    @ParameterizedTest
    @CsvSource({
        // no launch in a row stands still, none has an obstacle
        "abcdefghi, ---------, ''",
        "abcdefghij, ----------, 10 iterations",
        // three in a row without a change; 0 is how it was before the first
        "00, --, ''",
        "000, ---, changed no file",
        "a0aa, ----, ''",
        "aaaa, ----, changed no file",
        "aabbbb, ------, changed no file",
        // what cannot be told counts as a change
        "00?00, -----, ''",
        // five in a row with the same obstacle
        "abcd, xxxx, ''",
        "abcde, xxxxx, the same obstacle",
        "abcdefgh, xxxxyxxx, ''",
        // no obstacle resets the count
        "abcdefghi, xxxx-xxxx, ''",
        "abcdefghi, xx--xxxxx, the same obstacle",
        // the order: iterations, changes, obstacle
        "abcdefgggg, xxxx-xxxxx, 10 iterations",
        "abbbb, xxxxx, changed no file"
    })
    void theLoopEndsAfterTheseLaunches(String contents, String obstacles, String reason) {
        LoopProgress progress = LoopProgress.beginningAt("0");
        Optional<String> tripped = Optional.empty();
        for (int i = 0; i < contents.length(); i++) {
            assertThat(tripped).as("before launch " + (i + 1)).isEmpty();
            progress = breaker.count(progress, or(contents.charAt(i), '?'), or(obstacles.charAt(i), '-'));
            tripped = breaker.tripped(i + 1, progress);
        }
        if (reason.isEmpty()) {
            assertThat(tripped).isEmpty();
        } else {
            assertThat(tripped).hasValueSatisfying(text -> assertThat(text).contains(reason));
        }
    }

    private static @Nullable String or(char c, char none) {
        return c == none ? null : String.valueOf(c);
    }

    @Test
    void theReasonNamesThresholdAndObstacle() {
        LoopProgress stuck = new LoopProgress("h", 0, "no key", 5);
        assertThat(breaker.tripped(6, stuck))
                .contains(
                        "the autonomous loop was stopped: 5 iterations in a row met the same obstacle (loop.sameError): no key");
    }
}
