package dev.makima.sql;

import dev.makima.base.Secret;
import java.util.Optional;

/**
 * A database of a PostgreSQL server to open.
 *
 * @param jdbcUrl jdbc:postgresql://…, which may hold user, password and more as parameters
 * @param password for where the URL holds none
 * @param display the URL as it may be shown
 * @param migrations see {@link DatabaseSettings#migrations}
 * @param readers how many reads can run at once, at least 1
 * @param queued how many writes may wait, at least 1
 */
public record PostgresSettings(
        Secret jdbcUrl, Optional<Secret> password, String display, String migrations, int readers, int queued)
        implements DatabaseSettings {
    /** Checks the bounds. */
    public PostgresSettings {
        if (readers < 1 || queued < 1) {
            throw new IllegalArgumentException("readers and queued have to be at least 1");
        }
    }
}
