package dev.makima.base;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The room on the file system of a place, as the file system counts it: quotas and what is kept for root are left out, see
 * {@link DiskAlarm#hasRoom} for those. Looking blocks for a moment.
 *
 * @param at what there is of the place: itself, or the directory above it in which it would be made
 * @param free bytes that this user may still use
 * @param total bytes of the file system; above 0
 */
public record DiskRoom(Path at, long free, long total) {
    /** The room there; empty where the file system does not answer, or is one of the kernel's, which have no size. */
    public static Optional<DiskRoom> of(Path place) {
        return existing(place).flatMap(there -> {
            File file = there.toFile();
            long total = file.getTotalSpace();
            return total > 0 ? Optional.of(new DiskRoom(there, file.getUsableSpace(), total)) : Optional.empty();
        });
    }

    /** The place, absolute, or the nearest directory above it that is there: what is not made yet will be on its disk. */
    public static Optional<Path> existing(Path place) {
        @Nullable Path there = place.toAbsolutePath();
        while (there != null && !Files.exists(there)) {
            there = there.getParent();
        }
        return Optional.ofNullable(there);
    }
}
