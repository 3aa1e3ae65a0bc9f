package dev.makima.cli.local;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A lock of the kernel on a file: gone with the process that holds it, however that ends. So holding one is a proof of
 * life, which a pid in a file is not.
 */
final class FileLock implements AutoCloseable {
    private final FileChannel channel;

    private FileLock(FileChannel channel) {
        this.channel = channel;
    }

    /** The lock for one holder, or null where anyone else holds it in any way. */
    static @Nullable FileLock tryExclusive(Path file) {
        return acquire(file, false);
    }

    /** The lock for any number of holders, or null where someone holds it exclusively. */
    static @Nullable FileLock tryShared(Path file) {
        return acquire(file, true);
    }

    private static @Nullable FileLock acquire(Path file, boolean shared) {
        PrivateFiles.file(file);
        @Nullable FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (channel.tryLock(0, Long.MAX_VALUE, shared) != null) {
                return new FileLock(channel);
            }
            channel.close();
            return null;
        } catch (OverlappingFileLockException e) {
            closeQuietly(channel);
            return null; // held by another part of this very process
        } catch (IOException e) {
            closeQuietly(channel);
            throw new MakimaException(
                    ErrorCode.IO,
                    "cannot lock " + file + ": " + e.getMessage(),
                    "Check its permissions, or set MAKIMA_HOME to another directory",
                    e);
        }
    }

    private static void closeQuietly(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // It was not locked; there is nothing to lose.
        }
    }

    /** Gives it back. */
    @Override
    public void close() {
        closeQuietly(channel);
    }
}
