package dev.makima.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The facts about this machine without which a figure says nothing. */
final class Machine {
    private Machine() {}

    /** Lines of "name: value". */
    static List<String> facts() {
        return List.of(
                "cpu: " + Runtime.getRuntime().availableProcessors() + " x " + field("/proc/cpuinfo", "model name"),
                "memory: " + field("/proc/meminfo", "MemTotal"),
                "load: " + text(Path.of("/proc/loadavg")),
                "kernel: " + System.getProperty("os.name") + " " + System.getProperty("os.version"),
                "java: " + System.getProperty("java.vendor.version", System.getProperty("java.vendor")) + ", "
                        + Runtime.version(),
                "git: " + output("git", "--version"),
                "file system of the scratch directory: " + fileSystem(Path.of(System.getProperty("java.io.tmpdir"))));
    }

    private static String field(String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("unknown");
        } catch (IOException notLinux) {
            return "unknown";
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException notLinux) {
            return "unknown";
        }
    }

    private static String fileSystem(Path directory) {
        try {
            return Files.getFileStore(directory).type();
        } catch (IOException unreadable) {
            return "unknown";
        }
    }

    private static String output(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException missing) {
            return "not there";
        }
    }
}
