package dev.makima.daemon.task;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * How much memory is available: on the machine, and to the control groups (version 2) that this process is in, whose
 * limits are a container's. Reads small files of the kernel.
 */
final class FreeMemory {
    private final Path proc;
    private final Path cgroups;

    /**
     * Reads from there.
     *
     * @param proc usually /proc
     * @param cgroups usually /sys/fs/cgroup
     */
    FreeMemory(Path proc, Path cgroups) {
        this.proc = proc;
        this.cgroups = cgroups;
    }

    /** That of this machine. */
    static FreeMemory system() {
        return new FreeMemory(Path.of("/proc"), Path.of("/sys/fs/cgroup"));
    }

    /**
     * What is available somewhere.
     *
     * @param where for people
     */
    record Found(String where, long bytes) {}

    /** The least of all that can be found out. */
    Optional<Found> least() {
        return Stream.concat(machine().stream(), groups())
                .min((one, other) -> Long.compare(one.bytes(), other.bytes()));
    }

    private Optional<Found> machine() {
        return lines(proc.resolve("meminfo")).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .map(line -> number(line.replaceAll("[^0-9]", "")))
                .flatMap(found -> found.isPresent() ? Stream.of(found.getAsLong()) : Stream.empty())
                .findFirst()
                .map(kibibytes -> new Found("this machine", kibibytes * 1024));
    }

    /** A limit holds for all below it, so each group up to the root is looked at. */
    private Stream<Found> groups() {
        return lines(proc.resolve("self/cgroup")).stream()
                .filter(line -> line.startsWith("0::/"))
                .flatMap(line -> Stream.iterate(
                        cgroups.resolve(line.substring("0::/".length())).normalize(),
                        group -> group != null && group.startsWith(cgroups),
                        Path::getParent))
                .flatMap(group -> group(group).stream());
    }

    private static Optional<Found> group(Path group) {
        OptionalLong most = value(group.resolve("memory.max"));
        OptionalLong used = value(group.resolve("memory.current"));
        if (most.isEmpty() || used.isEmpty()) {
            // "max": no limit.
            return Optional.empty();
        }
        // Files that were read once and are not in use: the kernel lets go of them before it refuses memory.
        long files = lines(group.resolve("memory.stat")).stream()
                .filter(line -> line.startsWith("inactive_file "))
                .mapToLong(line ->
                        number(line.substring("inactive_file ".length())).orElse(0))
                .sum();
        long free = Math.max(0, most.getAsLong() - used.getAsLong() + files);
        return Optional.of(new Found("the control group " + group, free));
    }

    private static OptionalLong value(Path file) {
        List<String> lines = lines(file);
        return lines.isEmpty() ? OptionalLong.empty() : number(lines.getFirst());
    }

    private static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            // Another kernel, or none of these groups: nothing is known then.
            return List.of();
        }
    }
}
