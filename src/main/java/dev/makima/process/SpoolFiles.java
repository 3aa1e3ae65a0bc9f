package dev.makima.process;

import dev.makima.base.ErrorCode;
import dev.makima.base.FullDiskException;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** What spool and launch do with files alike. Thread-safe, as far as callers do not write one file at once. */
final class SpoolFiles {
    private SpoolFiles() {}

    /** A failure of the file system, in the words that all of this room uses. */
    static MakimaException failed(String what, IOException cause) {
        if (FullDiskException.isBehind(cause)) {
            return new FullDiskException(
                    ErrorCode.IO, what + ": the disk is full", "Free some space where the spool is", cause);
        }
        return new MakimaException(
                ErrorCode.IO, what + ": " + cause, "Check the permissions and the free space of the spool", cause);
    }

    /**
     * Writes all of it behind the end of the file, in one system call as long as the disk takes it.
     *
     * @param end where the file ends now
     */
    static void append(FileChannel channel, long end, ByteBuffer bytes) throws IOException {
        long position = end;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }

    /** The file's length in bytes, 0 where there is none. */
    static long length(Path file) {
        return file.toFile().length();
    }

    /** Deletes the directory with all that is in it, never following a link; one that is not there is fine. */
    static void deleteTree(Path directory) {
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                    if (e != null) {
                        throw e;
                    }
                    Files.deleteIfExists(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw failed("cannot delete " + directory, e);
        }
    }
}
