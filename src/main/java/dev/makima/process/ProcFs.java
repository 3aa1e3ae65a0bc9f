package dev.makima.process;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * All that is read under {@code /proc}, in one place. What is gone while one looks is simply not there: no method fails
 * because a process ended. Thread-safe.
 */
final class ProcFs {
    private static final ProcFs SYSTEM = new ProcFs(Path.of("/proc"));

    private final Path root;
    // Neither changes while we live; filled at the first question, by whichever thread asks.
    private volatile @Nullable String bootId;
    private volatile long pidNamespace;

    /** Reads below this directory instead of {@code /proc}. */
    ProcFs(Path root) {
        this.root = root;
    }

    /** The running kernel's. */
    static ProcFs system() {
        return SYSTEM;
    }

    /**
     * What {@code /proc/<pid>/stat} says, as far as it matters here.
     *
     * @param state R, S, D, T, Z…
     * @param startTicks clock ticks since boot
     */
    record Stat(long pid, char state, long parent, long group, long session, long startTicks) {
        /** Whether it runs or could; a zombie only waits to be reaped. */
        boolean isAlive() {
            return state != 'Z' && state != 'X' && state != 'x';
        }
    }

    /** The process's state now. */
    Optional<Stat> stat(long pid) {
        return read(pid, "stat").flatMap(text -> parseStat(pid, text));
    }

    /** The state of every process there is. */
    List<Stat> all() {
        List<Stat> found = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(root, "[0-9]*")) {
            for (Path directory : directories) {
                stat(Long.parseLong(directory.getFileName().toString())).ifPresent(found::add);
            }
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot list the processes in " + root, "The daemon needs /proc to be mounted", e);
        }
        return found;
    }

    /** The state of every living process but this one, and the first, which is everybody's. */
    List<Stat> others() {
        long self = ProcessHandle.current().pid();
        return all().stream()
                .filter(stat -> stat.isAlive() && stat.pid() > 1 && stat.pid() != self)
                .toList();
    }

    /** Whether the environment that the process was started with holds this variable; false where it may not be read. */
    boolean environmentHolds(long pid, String name, String value) {
        String wanted = "\0" + name + "=" + value + "\0";
        return read(pid, "environ")
                .filter(environment -> ("\0" + environment).contains(wanted))
                .isPresent();
    }

    /** The value that the variable had in the environment that the process was started with; empty where it may not be read. */
    Optional<String> environmentValue(long pid, String name) {
        String wanted = "\0" + name + "=";
        return read(pid, "environ")
                .map(environment -> "\0" + environment)
                .filter(environment -> environment.contains(wanted))
                .map(environment -> environment.substring(environment.indexOf(wanted) + wanted.length()))
                .map(rest -> rest.contains("\0") ? rest.substring(0, rest.indexOf('\0')) : rest);
    }

    /** Where the process is at this moment; empty where that may not be seen. */
    Optional<Path> workingDirectory(long pid) {
        try {
            return Optional.of(Files.readSymbolicLink(root.resolve(pid + "/cwd")));
        } catch (IOException e) {
            // Gone, or not ours to see.
            return Optional.empty();
        }
    }

    /** What the process calls itself, for people; "?" where it is gone. */
    String name(long pid) {
        return read(pid, "comm").map(String::strip).orElse("?");
    }

    /** How many bytes the process has written to anything so far; empty where the kernel does not count. */
    OptionalLong bytesWritten(long pid) {
        return field(read(pid, "io"), "wchar:");
    }

    /** How far the process has read the file, by the first descriptor that is open on it. */
    OptionalLong position(long pid, Path file) {
        OptionalLong descriptor = descriptors(pid, number -> leadsTo(pid, number, file));
        return descriptor.isEmpty()
                ? OptionalLong.empty()
                : field(read(pid, "fdinfo/" + descriptor.getAsLong()), "pos:");
    }

    /** Whether descriptor 1 of the process is this file or pipe. */
    boolean writesTo(long pid, Path file) {
        return leadsTo(pid, 1, file);
    }

    /** Where in the kernel the process waits, or the empty string. */
    String waitsIn(long pid) {
        return read(pid, "wchan").orElse("");
    }

    /** The number of the user that this process runs as. */
    Optional<Long> ownUser() {
        OptionalLong user = text(root.resolve("self/status")).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("Uid:"))
                .mapToLong(line -> Long.parseLong(line.substring(4).strip().split("\\s")[0]))
                .findFirst();
        return user.isPresent() ? Optional.of(user.getAsLong()) : Optional.empty();
    }

    /** Whether this process ignores an ordinary signal, which what it starts would inherit. */
    boolean ignoresSignals() {
        return text(root.resolve("self/status")).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith("SigIgn:"))
                .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                // Signals 32 and up are the C library's own.
                .anyMatch(mask -> (mask & 0x7fffffffL) != 0);
    }

    /** The identity of the process with this number. */
    Optional<ProcessIdentity> identity(long pid) {
        return stat(pid).map(this::identity);
    }

    /** The identity of a process just looked at. */
    ProcessIdentity identity(Stat stat) {
        return new ProcessIdentity(stat.pid(), stat.startTicks(), bootId(), pidNamespace());
    }

    /** Whether exactly this process lives; a zombie does not, nor one in another PID namespace than ours. */
    boolean isAlive(ProcessIdentity identity) {
        return bootId().equals(identity.bootId())
                && pidNamespace() == identity.pidNamespace()
                && stat(identity.pid())
                        .filter(stat -> stat.startTicks() == identity.startTicks() && stat.isAlive())
                        .isPresent();
    }

    /** Where the cgroup (version 2) of this process is shown; empty where none is mounted, or ours is outside of it. */
    Optional<Path> ownCgroup() {
        return text(root.resolve("self/cgroup")).flatMap(told -> mounts().shown(told, Files::isDirectory));
    }

    /** The same for a process that is gone with its cgroup by now, by what it found in its {@code /proc/self/cgroup}. */
    Optional<Path> formerCgroup(String told) {
        return mounts().shown(told, found -> Files.isDirectory(found.resolveSibling("")));
    }

    private CgroupMounts mounts() {
        return new CgroupMounts(text(root.resolve("self/mountinfo")).orElse(""));
    }

    /** The id of this boot. */
    String bootId() {
        String known = bootId;
        if (known == null) {
            known = readBootId();
            bootId = known;
        }
        return known;
    }

    private String readBootId() {
        return text(root.resolve("sys/kernel/random/boot_id"))
                .map(String::strip)
                .orElseThrow(() -> new MakimaException(
                        ErrorCode.IO, "cannot read the boot id in " + root, "The daemon needs /proc to be mounted"));
    }

    /** The inode of the PID namespace we are in. */
    long pidNamespace() {
        if (pidNamespace == 0) {
            pidNamespace = readPidNamespace();
        }
        return pidNamespace;
    }

    private long readPidNamespace() {
        try {
            String link = Files.readSymbolicLink(root.resolve("self/ns/pid")).toString();
            return Long.parseLong(link.substring(link.indexOf('[') + 1, link.indexOf(']')));
        } catch (IOException | RuntimeException e) {
            throw new MakimaException(
                    ErrorCode.IO,
                    "cannot read the PID namespace in " + root,
                    "The daemon needs /proc to be mounted",
                    e);
        }
    }

    private boolean leadsTo(long pid, long descriptor, Path file) {
        try {
            return Files.isSameFile(root.resolve(pid + "/fd/" + descriptor), file);
        } catch (IOException e) {
            // Closed, ended, or not ours to see: not that file.
            return false;
        }
    }

    private OptionalLong descriptors(long pid, LongPredicate wanted) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.resolve(pid + "/fdinfo"))) {
            for (Path entry : entries) {
                long number = Long.parseLong(entry.getFileName().toString());
                if (wanted.test(number)) {
                    return OptionalLong.of(number);
                }
            }
        } catch (IOException e) {
            // Ended, or not ours to see: no descriptor.
        }
        return OptionalLong.empty();
    }

    private static OptionalLong field(Optional<String> text, String name) {
        return text.stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.substring(name.length()).strip()))
                .findFirst();
    }

    private static Optional<Stat> parseStat(long pid, String text) {
        // The name is in parentheses and may hold anything, so the last one counts.
        int end = text.lastIndexOf(')');
        String[] fields =
                end < 0 ? new String[0] : text.substring(end + 1).strip().split(" ");
        if (fields.length < 20) {
            return Optional.empty();
        }
        return Optional.of(new Stat(
                pid,
                fields[0].charAt(0),
                Long.parseLong(fields[1]),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[19])));
    }

    private Optional<String> read(long pid, String name) {
        return text(root.resolve(pid + "/" + name));
    }

    private static Optional<String> text(Path file) {
        try {
            // Latin 1 keeps every byte: names and environments hold what they like.
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // Gone, or not ours to read.
            return Optional.empty();
        }
    }
}
