package dev.makima.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RecordingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Recording<Integer> numbers = new Recording<>("numbers");

    @Test
    void aWaitIsAnsweredByWhatCameBeforeAndByWhatComesLater() {
        numbers.add(1);
        assertThat(numbers.await(n -> n == 1, PATIENCE)).isEqualTo(1);
        CompletableFuture<Integer> second =
                CompletableFuture.supplyAsync(() -> numbers.awaitNth(2, n -> n % 2 == 1, PATIENCE));
        numbers.add(2);
        numbers.add(3);
        assertThat(second.join()).isEqualTo(3);
        assertThat(numbers.awaitSize(size -> size == 3, PATIENCE)).containsExactly(1, 2, 3);
    }

    @Test
    void aWaitInVainSaysWhatCameInstead() {
        numbers.add(41);
        assertThatThrownBy(() -> numbers.await(n -> n == 42, Duration.ofMillis(20)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("among 1 numbers")
                .hasMessageContaining("41");
    }
}
