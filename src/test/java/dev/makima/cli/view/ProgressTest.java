package dev.makima.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.cli.TestSurroundings;
import dev.makima.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {
    @TempDir
    private Path directory;

    @Test
    void aLineIsShownToWhoLooksAndIsGoneInTheEnd() {
        TestSurroundings world = new TestSurroundings(directory)
                .seen()
                .with("TERM", "xterm")
                .with("COLUMNS", "60")
                .with("NO_COLOR", "1");
        try (Progress _ = Progress.show(world.make(), () -> "waiting for\nnobody", Duration.ofMillis(1))) {
            Await.until(Duration.ofSeconds(30), "a line", () -> !world.err().isEmpty());
        }
        // Who closes it waits a moment for that, and no longer.
        Await.until(Duration.ofSeconds(30), "its end", () -> world.err().endsWith("\r\u001b[2K"));
        assertThat(world.err()).matches("\r\u001b\\[2Kwaiting for nobody, \\d+ s(?s).*");
        assertThat(world.err()).doesNotContain("\n", "\u001b[2m");
        assertThat(world.out()).isEmpty();
    }

    @Test
    void whatIsNoTerminalIsLeftAlone() {
        for (TestSurroundings world : new TestSurroundings[] {
            new TestSurroundings(directory),
            new TestSurroundings(directory).seen().with("TERM", "dumb")
        }) {
            boolean[] asked = {false};
            try (Progress _ = Progress.show(
                    world.make(),
                    () -> {
                        asked[0] = true;
                        return "waiting";
                    },
                    Duration.ZERO)) {
                assertThat(asked[0]).isFalse();
            }
            assertThat(world.err()).isEmpty();
        }
    }
}
