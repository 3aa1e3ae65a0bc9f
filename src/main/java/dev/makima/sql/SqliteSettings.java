package dev.makima.sql;

import java.nio.file.Path;

/**
 * A SQLite file to open.
 *
 * @param file made, with its directory, where it does not exist
 * @param migrations see {@link DatabaseSettings#migrations}
 * @param readers how many reads can run at once, at least 1
 * @param queued how many writes may wait, at least 1
 */
public record SqliteSettings(Path file, String migrations, int readers, int queued) implements DatabaseSettings {
    /** Checks the bounds. */
    public SqliteSettings {
        if (readers < 1 || queued < 1) {
            throw new IllegalArgumentException("readers and queued have to be at least 1");
        }
        file = file.toAbsolutePath().normalize();
    }

    @Override
    public String display() {
        return file.toString();
    }
}
