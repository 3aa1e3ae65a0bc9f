package dev.makima.base;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.UUID;

/**
 * Says once that a disk is full, and once that it is not any more: whoever needs the disk tries again, and each try is no
 * news. Thread-safe.
 */
public final class DiskAlarm {
    /** What has to fit for it to be over: with less, it would be full again with the next write. */
    static final int ROOM_BYTES = 1 << 20;

    private static final long LOOK_EVERY_NANOS = 900_000_000;

    private final System.Logger log;
    private final String what;
    private final String affected;
    private final Path directory;
    private boolean full;
    private long looked;

    /**
     * An alarm for what is written there.
     *
     * @param what what cannot be written, such as "database FILE"
     * @param affected a sentence without a full stop: what that means as long as it lasts
     */
    public DiskAlarm(System.Logger log, String what, String affected, Path directory) {
        this.log = log;
        this.what = what;
        this.affected = affected;
        this.directory = directory;
    }

    /** A write has failed since the disk is full. Gives whether that is news. */
    public synchronized boolean raise() {
        if (full) {
            return false;
        }
        full = true;
        looked = System.nanoTime();
        log.log(
                Level.ERROR,
                "{0}: the disk is full. {1}. Free some space where {2} is; it goes on by itself",
                what,
                affected,
                directory);
        return true;
    }

    /** Whether it was full when last looked at. */
    public synchronized boolean isFull() {
        return full;
    }

    /** Whether it is full still; looks by writing, at most once a second, and only while it was full. */
    public synchronized boolean look() {
        if (full && System.nanoTime() - looked >= LOOK_EVERY_NANOS) {
            looked = System.nanoTime();
            if (hasRoom(directory)) {
                full = false;
                log.log(Level.INFO, "{0}: there is room on the disk again, it goes on", what);
            }
        }
        return full;
    }

    /** Whether a mebibyte can be written there: figures about free space leave out quotas and what is kept for root. */
    public static boolean hasRoom(Path directory) {
        Path probe = directory.resolve(".room-" + UUID.randomUUID());
        byte[] block = new byte[64 * 1024];
        // Not zeros, which some file systems keep in no space at all.
        Arrays.fill(block, (byte) 0x5a);
        try (FileChannel channel = FileChannel.open(probe, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            // Its name goes first, so that nothing is left of it whatever ends this process.
            Files.delete(probe);
            for (int written = 0; written < ROOM_BYTES; written += block.length) {
                ByteBuffer bytes = ByteBuffer.wrap(block);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            // Some file systems find out only now.
            channel.force(true);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
