package dev.makima.sql;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * Which database to open and how.
 *
 * @param file the SQLite file; made, with its directory, where it does not exist
 * @param migrations the resource directory of the schema, such as "dev/makima/server/store/sql"; its directory
 *     "sqlite" holds the files V001__name.sql and "index.txt", which names them, one per line, in order
 * @param readers how many reads can run at once, at least 1
 * @param queued how many writes may wait, at least 1; more are refused at once
 */
public record DatabaseSettings(Path file, String migrations, int readers, int queued) {
    /** How many reads run at once where nothing else is said. */
    public static final int READERS_DEFAULT = 3;
    /** How many writes may wait where nothing else is said. */
    public static final int QUEUED_DEFAULT = 20_000;

    /** Checks the bounds. */
    public DatabaseSettings {
        if (readers < 1 || queued < 1) {
            throw new IllegalArgumentException("readers and queued have to be at least 1");
        }
        file = file.toAbsolutePath().normalize();
    }

    /** A SQLite file with the usual bounds. */
    public static DatabaseSettings sqlite(Path file, String migrations) {
        return new DatabaseSettings(file, migrations, READERS_DEFAULT, QUEUED_DEFAULT);
    }

    /**
     * The number that SQLite keeps in the file's header to say whose it is. Made from the schema's directory, so that
     * the daemon's file is never taken for the server's.
     */
    int applicationId() {
        CRC32 crc = new CRC32();
        crc.update(("makima:" + migrations).getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue() | 1;
    }
}
