package dev.makima.daemon;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a daemon's state, held by one daemon at a time through a file lock, which the system lets go of when
 * the process ends, however it ends. Blocking; thread-safe.
 */
final class StateDirectory implements AutoCloseable {
    private static final String INSTANCE_ID = "instance-id";

    private final Path directory;
    private final FileChannel channel;
    private final FileLock lock;

    private StateDirectory(Path directory, FileChannel channel, FileLock lock) {
        this.directory = directory;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the directory, making it where it is missing.
     *
     * @throws MakimaException CONFLICT with the other's pid where a daemon has it, IO where the disk does not allow it
     */
    static StateDirectory take(Path directory) {
        PrivateFiles.directory(directory);
        Path file = PrivateFiles.file(directory.resolve("daemon.lock"));
        @Nullable FileChannel channel = null;
        try {
            channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            @Nullable FileLock lock = tryLock(channel);
            if (lock == null) {
                String pid = Files.readString(file).strip();
                channel.close();
                throw new MakimaException(
                        ErrorCode.CONFLICT,
                        "another daemon works on " + directory + (pid.isEmpty() ? "" : ": process " + pid),
                        "Stop that one, or give this one a home of its own (MAKIMA_HOME or localDb.path)");
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return new StateDirectory(directory, channel, lock);
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO, "cannot lock " + file + ": " + e.getMessage(), "Check its permissions", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Another daemon in this very process.
            return null;
        }
    }

    /** Where it is. */
    Path path() {
        return directory;
    }

    /** This installation's id: made once and kept, and what tells daemons on cloned machines apart. */
    UUID instanceId() {
        return instanceId(directory).orElseGet(() -> {
            UUID made = UUID.randomUUID();
            PrivateFiles.write(directory.resolve(INSTANCE_ID), (made + "\n").getBytes(StandardCharsets.US_ASCII));
            return made;
        });
    }

    /**
     * The id that was made there, if one was.
     *
     * @throws MakimaException IO where the file is damaged or cannot be read
     */
    static Optional<UUID> instanceId(Path directory) {
        Path file = directory.resolve(INSTANCE_ID);
        try {
            return Files.exists(file)
                    ? Optional.of(UUID.fromString(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw new MakimaException(
                    ErrorCode.IO,
                    "cannot read the daemon's id in " + file + ": " + e.getMessage(),
                    "Delete the file, and the daemon makes a new one",
                    e);
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            // The end of the process lets go of it as well.
        }
    }
}
