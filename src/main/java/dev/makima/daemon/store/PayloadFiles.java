package dev.makima.daemon.store;

import dev.makima.base.ErrorCode;
import dev.makima.base.FullDiskException;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The larger parts of events, a file each: a hundred patches of ten megabytes that wait for a server belong neither into
 * memory nor into rows that are read by the page.
 *
 * <p>A file is on disk before the row that names it, and goes after that row: what no row names is left over from a crash,
 * and swept at the next start. Blocking; thread-safe.
 */
final class PayloadFiles {
    private static final System.Logger LOG = System.getLogger(PayloadFiles.class.getName());
    private static final String ENDING = ".payload";

    private final Path directory;

    /** Files in this directory, which is made where it is missing. */
    PayloadFiles(Path directory) {
        this.directory = directory;
    }

    /**
     * Writes a new file, 0600, and syncs it to the disk.
     *
     * @return its name
     * @throws MakimaException IO where the disk does not take it; nothing is left then
     */
    String write(String payload) {
        String name = UUID.randomUUID() + ENDING;
        Path file = PrivateFiles.directory(directory).resolve(name);
        try (FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
            syncDirectory();
            return name;
        } catch (IOException e) {
            delete(Set.of(name));
            if (FullDiskException.isBehind(e, file)) {
                throw new FullDiskException(
                        ErrorCode.IO, "cannot write " + file + ": the disk is full", "Free some space there", e);
            }
            throw new MakimaException(
                    ErrorCode.IO, "cannot write " + file + ": " + e.getMessage(), "Check the free space there", e);
        }
    }

    private void syncDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * Reads one back.
     *
     * @throws MakimaException NOT_FOUND where the file is gone; IO where it cannot be read
     */
    String read(String name) {
        Path file = directory.resolve(name);
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND,
                    "the patch of an event is gone: the file " + file + " is missing",
                    "Leave the daemon's state directory to the daemon",
                    e);
        } catch (IOException e) {
            throw new MakimaException(ErrorCode.IO, "cannot read " + file + ": " + e.getMessage(), null, e);
        }
    }

    /** Deletes files; what cannot be deleted is logged, and swept at the next start. */
    void delete(Collection<String> names) {
        for (String name : names) {
            try {
                Files.deleteIfExists(directory.resolve(name));
            } catch (IOException e) {
                LOG.log(Level.WARNING, "cannot delete {0}: {1}", directory.resolve(name), e.getMessage());
            }
        }
    }

    /** Deletes all files of this kind but those named. Only while nobody writes. */
    void sweep(Set<String> named) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.list(directory)) {
            delete(files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ENDING) && !named.contains(name))
                    .toList());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot sweep {0}: {1}", directory, e.getMessage());
        }
    }
}
