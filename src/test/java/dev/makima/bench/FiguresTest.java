package dev.makima.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void theMedianIsTheMiddleWhateverTheOrder() {
        assertThat(Figures.of("x", "ms", 9, 1, 5).median()).isEqualTo(5);
        assertThat(Figures.of("x", "ms", 4, 1, 3, 2).median()).isEqualTo(2.5);
        assertThat(Figures.of("x", "ms", 4, 1, 3, 2).line())
                .contains("1.00 / 2.50 / 4.00 ms")
                .contains("of 4");
        assertThat(Figures.of("x", "lines/s", 123_456.7).line()).contains("123,457");
    }
}
