package dev.makima.cli.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.cli.CommandLineRunner;
import dev.makima.cli.TestSurroundings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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

    private int code(String why, boolean read, String... command) {
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
                        new PrintStream(new StandardOutput(broken, () -> read), true, StandardCharsets.UTF_8),
                        made.err(),
                        new ByteArrayInputStream(new byte[0]),
                        made.environment(),
                        directory,
                        false));
    }

    @Test
    void aCommandThatNobodyReadsEndsWithoutAWord() {
        for (String[] command : new String[][] {{"--help"}, {"run", "--help"}, {"config"}, {"completion", "bash"}}) {
            assertThat(code("Tubería rota", true, command)).isEqualTo(141);
            assertThat(world.err()).doesNotContain("makima:");
        }
    }

    @Test
    void onlyAPipeOrASocketIsRead() throws IOException, InterruptedException {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThat(StandardOutput.isRead(Files.createSymbolicLink(directory.resolve("link"), pipe)))
                .isTrue();
        assertThat(StandardOutput.isRead(Files.createFile(directory.resolve("file"))))
                .isFalse();
        assertThat(StandardOutput.isRead(Path.of("/dev/full"))).isFalse();
        assertThat(StandardOutput.isRead(directory.resolve("nothing"))).isFalse();
    }

    @Test
    void aFullDiskIsNoSuccess() {
        assertThat(code("No space left on device", false, "config", "--json")).isEqualTo(1);
        assertThat(world.err()).contains("cannot write to standard output: No space left on device");
    }
}
