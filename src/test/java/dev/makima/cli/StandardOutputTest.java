package dev.makima.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a command whose output cannot be written. */
class StandardOutputTest {
    @TempDir
    private Path directory;

    private TestSurroundings world;

    @BeforeEach
    void begin() {
        world = new TestSurroundings(directory);
    }

    private int code(String why, String... command) {
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException(why);
            }
        };
        Surroundings made = world.make();
        return CommandLineRunner.run(
                command,
                new Surroundings(
                        new PrintStream(new StandardOutput(broken), true, StandardCharsets.UTF_8),
                        made.err(),
                        new ByteArrayInputStream(new byte[0]),
                        made.environment(),
                        directory,
                        false));
    }

    @Test
    void aCommandThatNobodyReadsEndsWithoutAWord() {
        for (String[] command : new String[][] {{"--help"}, {"run", "--help"}, {"config"}, {"completion", "bash"}}) {
            assertThat(code("Broken pipe", command)).isEqualTo(141);
            assertThat(world.err()).doesNotContain("makima:");
        }
    }

    @Test
    void aFullDiskIsNoSuccess() {
        assertThat(code("No space left on device", "config", "--json")).isEqualTo(1);
        assertThat(world.err()).contains("cannot write to standard output: No space left on device");
    }
}
