package dev.makima.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
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

    @Test
    void aRatioIsThatOfTheMedians() {
        Figures own = Figures.of("own", "ms", 10, 20, 30);
        assertThat(own.ratioTo(Figures.of("other", "ms", 5, 5, 80)).values()).containsExactly(4.0);
    }

    @Test
    void fewValuesAreAboveAHighPercentile() {
        double[] hundred = IntStream.rangeClosed(1, 100).mapToDouble(i -> i).toArray();
        Figures figures = Figures.of("x", "ms", hundred);
        assertThat(figures.percentile(0.99)).isEqualTo(100);
        assertThat(figures.percentile(0.5)).isEqualTo(51);
        assertThat(Figures.of("x", "ms", 7).percentile(0.99)).isEqualTo(7);
    }
}
