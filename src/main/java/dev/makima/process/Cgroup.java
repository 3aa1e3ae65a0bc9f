package dev.makima.process;

import dev.makima.base.RunId;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The cgroup (version 2) of one launch: what is in it, it cannot leave by forking, by a new session or by clearing its
 * environment. Thread-safe. That it is gone is no error to any method: the last one out removes it.
 *
 * @param directory where the kernel shows it
 */
record Cgroup(Path directory) {
    /** What the names of all that are ours begin with. */
    static final String PREFIX = "makima-";

    private static final System.Logger LOG = System.getLogger(Cgroup.class.getName());
    /** An agent may make cgroups below its own; deeper ones than this are none of ours to walk. */
    private static final int DEEPEST = 16;

    /** What a launch's cgroup is called: so that no damaged file makes us kill anybody else's. */
    static String name(RunId run, int launch) {
        return PREFIX + run + "-" + launch;
    }

    /** Whether it is there. */
    boolean exists() {
        return Files.isDirectory(directory);
    }

    /** The processes in it and below it, by number; those that we cannot see have none. */
    List<Long> members() {
        List<Long> found = new ArrayList<>();
        for (Path each : tree(directory, 0)) {
            for (String line : read(each.resolve("cgroup.procs")).split("\n")) {
                // 0 stands for a process of a PID namespace that is not ours to see.
                if (line.matches("[1-9][0-9]{0,17}")) {
                    found.add(Long.valueOf(line));
                }
            }
        }
        return found;
    }

    /** Kills everything in it and below it at once; a fork in the same moment does not get away. */
    void kill() {
        write("cgroup.kill", "1");
    }

    /**
     * Begins to stop everything in it and below it.
     *
     * @return whether the kernel took it; {@link #isFrozen} tells when it is so
     */
    boolean freeze() {
        return write("cgroup.freeze", "1");
    }

    /** Lets everything in it go on; no harm where nothing was stopped. */
    void thaw() {
        if (!read(directory.resolve("cgroup.freeze")).startsWith("0")) {
            write("cgroup.freeze", "0");
        }
    }

    /** Whether everything in it stands still. */
    boolean isFrozen() {
        return event("frozen 1");
    }

    /** Removes it with what the agent made below it, unless a process is in there. */
    void remove() {
        if (exists() && event("populated 0")) {
            List<Path> all = tree(directory, 0);
            for (Path each : all.reversed()) {
                try {
                    Files.deleteIfExists(each);
                } catch (IOException e) {
                    // Somebody came in meanwhile: whoever ends that one removes it.
                    LOG.log(Level.DEBUG, "the cgroup {0} stays: {1}", each, e.toString());
                }
            }
        }
    }

    private boolean event(String line) {
        return read(directory.resolve("cgroup.events")).lines().anyMatch(line::equals);
    }

    /** This and all below, parents first. */
    private static List<Path> tree(Path directory, int depth) {
        List<Path> found = new ArrayList<>(List.of(directory));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
            for (Path entry : entries) {
                if (depth < DEEPEST) {
                    found.addAll(tree(entry, depth + 1));
                }
            }
        } catch (IOException e) {
            // Gone: nothing is below it.
        }
        return found;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            // Gone, and everything in it.
            return "";
        }
    }

    private boolean write(String name, String value) {
        try {
            // Files of the kernel are there or not: they are never made.
            Files.writeString(directory.resolve(name), value, StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
            return true;
        } catch (IOException e) {
            if (exists()) {
                LOG.log(Level.WARNING, "cannot write {0} of the cgroup {1}: {2}", name, directory, e.toString());
            }
            return false;
        }
    }
}
