package dev.makima.base;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** A path inside some directory: not absolute, no "..", not empty. What symlinks do to it is the user's to check. */
public record RelativePath(String value) {
    /**
     * Checks the path.
     *
     * @throws MakimaException VALIDATION where it could leave its directory
     */
    public RelativePath {
        if (!stays(value)) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "not a path inside the directory: " + Text.abbreviate(value, 120),
                    "Give a relative path without '..'");
        }
    }

    /** The path under the directory it belongs to. */
    public Path under(Path directory) {
        return directory.resolve(value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static boolean stays(String value) {
        try {
            Path path = Path.of(value);
            if (value.isEmpty() || path.isAbsolute()) {
                return false;
            }
            for (Path part : path) {
                if (part.toString().equals("..")) {
                    return false;
                }
            }
            return true;
        } catch (InvalidPathException e) {
            // A NUL byte: no file system takes it.
            return false;
        }
    }
}
