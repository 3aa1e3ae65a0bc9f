package dev.makima.chaos;

import dev.makima.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Processes that a run has left: all that it starts have a home in its directory. */
final class Leftovers {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Leftovers() {}

    /** Waits a moment for the last to go; tells of those that stay, and kills them. */
    static void look(Path scratch, Findings findings) {
        try {
            Await.until(PATIENCE, "the end", () -> of(scratch).isEmpty());
        } catch (AssertionError some) {
            for (ProcessHandle left : of(scratch)) {
                findings.add("left running: " + left.pid() + " " + commandLine(left.pid()));
                left.destroyForcibly();
            }
        }
    }

    private static List<ProcessHandle> of(Path scratch) {
        String home = "HOME=" + scratch + "/";
        List<ProcessHandle> found = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            for (Path process : all.toList()) {
                String pid = process.getFileName().toString();
                if (Character.isDigit(pid.charAt(0))
                        && read(process.resolve("environ")).contains(home)
                        && Await.alive(Long.parseLong(pid))) {
                    ProcessHandle.of(Long.parseLong(pid)).ifPresent(found::add);
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return found;
    }

    private static String commandLine(long pid) {
        String all = read(Path.of("/proc", Long.toString(pid), "cmdline")).replace('\0', ' ');
        return all.length() <= 150 ? all : all.substring(0, 150) + "…";
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            // It has ended meanwhile, or is another user's.
            return "";
        }
    }
}
