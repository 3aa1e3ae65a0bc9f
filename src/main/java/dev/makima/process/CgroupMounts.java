package dev.makima.process;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where cgroups of version 2 are shown in the file system.
 *
 * @param mountinfo what {@code /proc/self/mountinfo} says
 */
record CgroupMounts(String mountinfo) {
    /**
     * Where a cgroup is shown; empty where it is outside of what is mounted.
     *
     * @param told what {@code /proc/<pid>/cgroup} says of it
     * @param isShown whether a place can be the one
     */
    Optional<Path> shown(String told, Predicate<Path> isShown) {
        Optional<String> own = told.lines()
                .filter(line -> line.startsWith("0::/"))
                .map(line -> line.substring(3))
                .findFirst();
        return own.flatMap(path -> mountinfo
                .lines()
                .flatMap(line -> cgroupIn(line, path).stream())
                .filter(isShown)
                .findFirst());
    }

    /** "id parent device root mount-point options… - type …", with spaces in names as \\040. */
    private static Optional<Path> cgroupIn(String mount, String own) {
        String[] parts = mount.split(" - ", 2);
        String[] fields = parts[0].split(" ");
        if (parts.length < 2 || !parts[1].startsWith("cgroup2 ") || fields.length < 5 || own.contains("/../")) {
            return Optional.empty();
        }
        Path mounted = Path.of(unescaped(fields[3]));
        Path wanted = Path.of(own);
        return wanted.startsWith(mounted)
                ? Optional.of(Path.of(unescaped(fields[4]))
                        .resolve(mounted.relativize(wanted).toString()))
                : Optional.empty();
    }

    private static String unescaped(String name) {
        return name.replace("\\040", " ").replace("\\134", "\\");
    }
}
