package dev.makima.chaos;

import dev.makima.testkit.SmallDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where server and daemon keep what they have: a directory, or a disk of its own that can be filled. For one thread. */
record Homes(Home server, Home daemon) {
    /** More than any seed needs. */
    private static final int KIBIBYTES = 256 * 1024;

    /**
     * One of them.
     *
     * @param path as the program calls it
     * @param logs what it says, which takes no room on its disk
     */
    record Home(Path path, Path logs, Optional<SmallDisk> disk) {
        /** The same for this process. */
        Path seen() {
            return disk.map(SmallDisk::outside).orElse(path);
        }

        boolean canBeFilled() {
            return disk.isPresent();
        }

        void fill() {
            disk.ifPresent(SmallDisk::fill);
        }

        void free() {
            disk.ifPresent(SmallDisk::free);
        }

        List<String> inside(List<String> command) {
            return disk.map(it -> it.inside(command)).orElse(command);
        }
    }

    /** Makes both; a disk that nobody may mount here becomes a directory, which is never full. */
    static Homes in(Path scratch, boolean serverDisk, boolean daemonDisk) throws IOException {
        return new Homes(home(scratch, "server", serverDisk), home(scratch, "daemon", daemonDisk));
    }

    /** Makes one. */
    static Home home(Path scratch, String name, boolean disk) throws IOException {
        Path path = Files.createDirectories(scratch.resolve(name));
        Path logs = Files.createDirectories(scratch.resolve("logs-" + name));
        return new Home(path, logs, disk ? SmallDisk.mount(path, KIBIBYTES) : Optional.empty());
    }

    /**
     * Gives the disks up.
     *
     * @param keep whether what is on them is to be looked at later
     */
    void close(boolean keep) {
        for (Home home : List.of(server, daemon)) {
            home.disk().ifPresent(disk -> {
                if (keep) {
                    copy(disk.outside(), home.path());
                }
                disk.close();
            });
        }
    }

    private static void copy(Path from, Path to) {
        try {
            new ProcessBuilder("cp", "-a", from + "/.", to.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
