package dev.makima.sql;

import dev.makima.base.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32;

/** Which database to open and how: a SQLite file, or a database of a PostgreSQL server. */
public sealed interface DatabaseSettings permits SqliteSettings, PostgresSettings {
    /** How many reads run at once where nothing else is said. */
    int READERS_DEFAULT = 3;
    /** How many writes may wait where nothing else is said. */
    int QUEUED_DEFAULT = 20_000;

    /**
     * The resource directory of the schema, such as "dev/makima/server/store/sql"; its directory "sqlite" holds the files
     * V001__name.sql and "index.txt", which names them, one per line, in order.
     */
    String migrations();

    /** How many reads can run at once, at least 1. */
    int readers();

    /** How many writes may wait, at least 1; more are refused at once. */
    int queued();

    /** Its name as it may be shown: a path, or a URL without user and password. */
    String display();

    /** A SQLite file with the usual bounds. */
    static SqliteSettings sqlite(Path file, String migrations) {
        return new SqliteSettings(file, migrations, READERS_DEFAULT, QUEUED_DEFAULT);
    }

    /**
     * A database of a PostgreSQL server with the usual bounds.
     *
     * @param jdbcUrl jdbc:postgresql://…, which may hold user and password as parameters
     * @param password for where the URL holds none
     * @param display the URL as it may be shown
     */
    static PostgresSettings postgres(Secret jdbcUrl, Optional<Secret> password, String display, String migrations) {
        return new PostgresSettings(jdbcUrl, password, display, migrations, READERS_DEFAULT, QUEUED_DEFAULT);
    }

    /**
     * A number that says whose a database is: SQLite keeps it in the file's header. Made from the schema's directory, so
     * that the daemon's database is never taken for the server's.
     */
    default int applicationId() {
        CRC32 crc = new CRC32();
        crc.update(("makima:" + migrations()).getBytes(StandardCharsets.UTF_8));
        return (int) crc.getValue() | 1;
    }
}
