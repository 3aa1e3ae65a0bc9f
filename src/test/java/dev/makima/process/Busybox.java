package dev.makima.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The shell's tools as another family has them. */
final class Busybox {
    private static final List<String> TOOLS = List.of("sh", "setsid", "env", "mv", "tail", "cat", "sleep", "grep");

    private Busybox() {}

    /**
     * Makes a directory of these tools and nothing else; skips the test where there is no busybox: -Dmakima.busybox, or the
     * usual places.
     */
    static Path install(Path directory) throws IOException {
        Path busybox = Stream.of(System.getProperty("makima.busybox", ""), "/bin/busybox", "/usr/bin/busybox")
                .filter(file -> !file.isEmpty())
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(Path.of("none"));
        assumeTrue(Files.isExecutable(busybox), "no busybox here");
        Files.createDirectory(directory);
        for (String tool : TOOLS) {
            // A copy: a link out of the temporary directory makes JUnit warn.
            Files.copy(busybox, directory.resolve(tool), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return directory;
    }
}
