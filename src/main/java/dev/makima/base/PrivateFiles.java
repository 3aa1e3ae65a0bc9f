package dev.makima.base;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files and directories that only their owner may read: state, spool and keys. Thread-safe. */
public final class PrivateFiles {
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

    private PrivateFiles() {}

    /**
     * Makes the directory and its missing parents, each 0700. One that exists is left as it is.
     *
     * @throws MakimaException IO where that is not possible
     */
    public static Path directory(Path directory) {
        try {
            if (Files.isDirectory(directory)) {
                return directory;
            }
            return Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(DIRECTORY));
        } catch (IOException e) {
            throw failed("cannot make the directory " + directory, directory, e);
        }
    }

    /**
     * Makes the file, empty, 0600, unless it exists.
     *
     * @throws MakimaException IO where that is not possible
     */
    public static Path file(Path file) {
        try {
            return Files.createFile(file, PosixFilePermissions.asFileAttribute(FILE));
        } catch (FileAlreadyExistsException e) {
            return file;
        } catch (IOException e) {
            throw failed("cannot make the file " + file, file, e);
        }
    }

    /**
     * Puts the content into the file as a whole or not at all: by a temporary file beside it and a rename.
     *
     * @throws MakimaException IO where that is not possible
     */
    public static void write(Path file, byte[] content) {
        Path parent = file.toAbsolutePath().getParent();
        @Nullable Path temporary = null;
        try {
            temporary = Files.createTempFile(
                    parent, file.getFileName() + ".", ".tmp", PosixFilePermissions.asFileAttribute(FILE));
            Files.write(temporary, content);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            deleteQuietly(temporary);
            throw failed("cannot write the file " + file, file, e);
        }
    }

    private static void deleteQuietly(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            // The first failure is the one to tell; a left-over temporary file harms nobody.
        }
    }

    private static MakimaException failed(String what, Path file, IOException e) {
        if (FullDiskException.isBehind(e, file)) {
            return new FullDiskException(ErrorCode.IO, what + ": the disk is full", "Free some space there", e);
        }
        String reason = e instanceof AccessDeniedException
                ? "permission denied"
                : e instanceof FileSystemException fse && fse.getReason() != null ? fse.getReason() : e.toString();
        return new MakimaException(ErrorCode.IO, what + ": " + reason, "Check its permissions and the free space", e);
    }
}
