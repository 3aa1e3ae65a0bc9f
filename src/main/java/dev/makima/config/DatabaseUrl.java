package dev.makima.config;

import dev.makima.base.Secret;
import java.nio.file.Path;

/** Which database: one SQLite file, or a PostgreSQL server. */
public sealed interface DatabaseUrl {

    /** The URL for JDBC; secret, since it may hold a password. */
    Secret jdbcUrl();

    /** The URL as it may be shown, without user and password. */
    String display();

    /** One SQLite file. */
    record Sqlite(Path file) implements DatabaseUrl {
        @Override
        public Secret jdbcUrl() {
            return new Secret("jdbc:sqlite:" + file);
        }

        @Override
        public String display() {
            return "jdbc:sqlite:" + file;
        }
    }

    /**
     * A PostgreSQL server.
     *
     * @param jdbcUrl jdbc:postgresql://…, user and password as parameters
     */
    record Postgres(Secret jdbcUrl) implements DatabaseUrl {
        @Override
        public String display() {
            return jdbcUrl.reveal().replaceFirst("\\?.*", "").replaceFirst("//.*@", "//");
        }
    }
}
