package dev.makima.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.cli.core.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    /** More than a pipe holds: once it is written, the command reads its plan. */
    private static final int MORE_THAN_A_PIPE = 400_000;

    @TempDir
    Path directory;

    /** By SIGTERM, which goes the same way: a build in the background of a shell has its children ignore SIGINT. */
    @Test
    void aRunThatIsInterruptedBeforeAnythingWasBegunSaysSo() throws IOException, InterruptedException {
        Path told = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.makima.cli.Main",
                "run",
                "--file",
                "-");
        builder.directory(directory.toFile());
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("MAKIMA_HOME", directory.resolve("home").toString());
        builder.redirectOutput(directory.resolve("out").toFile());
        builder.redirectError(told.toFile());
        Process run = builder.start();
        try {
            run.getOutputStream().write("x".repeat(MORE_THAN_A_PIPE).getBytes(java.nio.charset.StandardCharsets.UTF_8));
            run.getOutputStream().flush();
            assertThat(run.toHandle().destroy()).isTrue();
            assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            run.destroyForcibly();
        }
        assertThat(run.exitValue()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(Files.readString(told)).isEqualTo("makima: interrupted; nothing was begun\n");
        assertThat(directory.resolve("home")).doesNotExist();
    }
}
