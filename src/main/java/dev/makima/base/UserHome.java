package dev.makima.base;

import java.nio.file.Path;

/** A user's home directory, which "~" at the start of a path stands for. */
public record UserHome(Path directory) {
    /** The path with a leading "~" or "~/" replaced; other paths, "~name" too, as they are. */
    public Path expand(String path) {
        if (path.equals("~")) {
            return directory;
        }
        return path.startsWith("~/") ? directory.resolve(path.substring(2)) : Path.of(path);
    }
}
