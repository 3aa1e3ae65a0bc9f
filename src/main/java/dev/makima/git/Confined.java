package dev.makima.git;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps paths inside the directory that they are about. */
final class Confined {
    private Confined() {}

    /**
     * Refuses a path that goes through a symlink; what it ends at may be one.
     *
     * @throws MakimaException VALIDATION where it does
     */
    static void requireNoSymlinkBefore(Path root, String path) {
        if (leadsThroughSymlink(root, Path.of(path))) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "the path " + path + " goes through a symbolic link in " + root,
                    "Replace the link by a directory first");
        }
    }

    /** Whether a directory on the way to the path is a symlink. */
    static boolean leadsThroughSymlink(Path root, Path path) {
        Path directory = root;
        for (int i = 0; i < path.getNameCount() - 1; i++) {
            directory = directory.resolve(path.getName(i));
            if (Files.isSymbolicLink(directory)) {
                return true;
            }
        }
        return false;
    }
}
