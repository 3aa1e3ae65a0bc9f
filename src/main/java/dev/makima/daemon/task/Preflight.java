package dev.makima.daemon.task;

import dev.makima.base.DiskRoom;
import dev.makima.config.DaemonConfig;
import dev.makima.config.DaemonConfig.Admission;
import dev.makima.protocol.SpawnRefused;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Whether the machine has enough left for another task: asked once for each, before it is admitted. A task that is
 * running may go on to the last byte. Looks at the disk: not for event loops.
 */
final class Preflight {
    private static final long MIB = 1024 * 1024;

    private final Admission asked;
    private final Set<Path> places;
    private final FreeMemory memory;

    /** Looks at the places where this daemon and its tasks write. */
    Preflight(DaemonConfig config) {
        this(
                config.admission(),
                List.of(
                        config.home(),
                        Objects.requireNonNullElse(
                                config.localDb().path().toAbsolutePath().getParent(), config.home()),
                        config.worktree().baseDir(),
                        config.worktree().reposDir()),
                FreeMemory.system());
    }

    Preflight(Admission asked, List<Path> places, FreeMemory memory) {
        this.asked = asked;
        this.places = new LinkedHashSet<>(places);
        this.memory = memory;
    }

    /** The reason against a new task, or nothing. What cannot be found out is no reason. */
    Optional<Refusal> refuse() {
        Optional<Refusal> disk = asked.minFreeDiskBytes() == 0 ? Optional.empty() : disk();
        return disk.isPresent() || asked.minFreeMemoryBytes() == 0 ? disk : memory();
    }

    private Optional<Refusal> disk() {
        for (Path place : places) {
            Optional<DiskRoom> room = DiskRoom.of(place);
            if (room.isPresent() && room.get().free() < asked.minFreeDiskBytes()) {
                return Optional.of(new Refusal(
                        SpawnRefused.DISK,
                        null,
                        "too little free disk: the file system of " + place + " has "
                                + size(room.get().free())
                                + " left, and a new task is taken from " + size(asked.minFreeDiskBytes())
                                + " on (admission.minFreeDiskBytes)"));
            }
        }
        return Optional.empty();
    }

    private Optional<Refusal> memory() {
        Optional<FreeMemory.Found> least = memory.least();
        return least.filter(found -> found.bytes() < asked.minFreeMemoryBytes())
                .map(found -> new Refusal(
                        SpawnRefused.MEMORY,
                        null,
                        "too little memory: " + found.where() + " has " + size(found.bytes())
                                + " available, and a new task is taken from " + size(asked.minFreeMemoryBytes())
                                + " on (admission.minFreeMemoryBytes)"));
    }

    private static String size(long bytes) {
        return bytes >= 10 * MIB ? bytes / MIB + " MiB" : bytes + " bytes";
    }
}
