package dev.makima.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Copies single files so that nobody ever sees half of one. */
final class FileCopy {
    private FileCopy() {}

    /**
     * Puts a copy of the regular file, with its permissions, where the target is. A link there is replaced, not followed.
     *
     * @throws IOException where it cannot be read or written; the target is as it was then
     */
    static void replace(Path source, Path target) throws IOException {
        Path parent = target.toAbsolutePath().getParent();
        Path temporary = Files.createTempFile(parent, ".makima-", ".copy");
        try {
            Files.copy(source, temporary, StandardCopyOption.REPLACE_EXISTING, LinkOption.NOFOLLOW_LINKS);
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(source);
            Files.setPosixFilePermissions(temporary, permissions);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Makes a link of the same text where the target is; a file or link there is replaced. */
    static void replaceLink(Path source, Path target) throws IOException {
        Path parent = target.toAbsolutePath().getParent();
        Path temporary = Files.createTempFile(parent, ".makima-", ".copy");
        try {
            Files.delete(temporary);
            Files.createSymbolicLink(temporary, Files.readSymbolicLink(source));
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
