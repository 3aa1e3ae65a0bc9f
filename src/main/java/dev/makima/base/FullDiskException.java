package dev.makima.base;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A disk took no more: nothing is wrong with what was asked, and it works again once there is room. Who can wait for that
 * does; who cannot says so, once.
 */
public final class FullDiskException extends MakimaException {
    /** As the C library says it in the usual locale, for the disk and for a user's share of it. */
    private static final List<String> SAID = List.of("No space left on device", "Disk quota exceeded");
    /** Where the locale is another one, a disk with so little room is full. */
    private static final long LITTLE_BYTES = 256 * 1024;

    /**
     * A failure with its cure.
     *
     * @param code IO or DB_ERROR
     * @param what what was not written, and that the disk is full
     */
    public FullDiskException(ErrorCode code, String what, String cure, @Nullable Throwable cause) {
        super(code, what, cure, cause);
    }

    /** Whether it is a full disk that this failure comes from. */
    public static boolean isBehind(@Nullable Throwable failure) {
        return Causes.any(
                failure,
                cause -> cause instanceof FullDiskException || (cause instanceof IOException io && saysSo(io)));
    }

    /** Whether this failure to write there comes from a full disk, in any locale. */
    public static boolean isBehind(IOException failure, Path file) {
        return saysSo(failure) || isFull(file);
    }

    private static boolean saysSo(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        return SAID.stream().anyMatch(message::contains);
    }

    /** Whether next to nothing is free where the file is, or would be; false where that cannot be found out. */
    public static boolean isFull(Path file) {
        return DiskRoom.of(file).filter(room -> room.free() < LITTLE_BYTES).isPresent();
    }
}
