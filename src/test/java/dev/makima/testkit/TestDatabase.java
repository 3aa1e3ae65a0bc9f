package dev.makima.testkit;

import dev.makima.base.Secret;
import dev.makima.config.DatabaseUrl;
import dev.makima.config.ServerConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The kinds of databases that a server can have, each tested alike: {@code @ParameterizedClass @EnumSource}. */
public enum TestDatabase {
    /** A file. */
    SQLITE,
    /** A database of a real server. */
    POSTGRESQL;

    /** A fresh one; a PostgreSQL that is not there skips the test, loudly. */
    public ServerConfig.Database fresh(Path directory) {
        return switch (this) {
            case SQLITE -> new ServerConfig.Database(new DatabaseUrl.Sqlite(directory.resolve("server.db")));
            case POSTGRESQL -> {
                TestPostgres.Fresh fresh = TestPostgres.database();
                yield new ServerConfig.Database(
                        new DatabaseUrl.Postgres(
                                new Secret(fresh.url(fresh.port()).reveal() + "?user=makima")),
                        Optional.of(fresh.password()));
            }
        };
    }

    /** The variables that tell a server of a fresh one; none where it is the file under its home. */
    public Map<String, String> variables() {
        return switch (this) {
            case SQLITE -> Map.of();
            case POSTGRESQL -> {
                TestPostgres.Fresh fresh = TestPostgres.database();
                yield Map.of(
                        "MAKIMA_DATABASE_URL",
                        fresh.uri(),
                        "MAKIMA_DATABASE_PASSWORD",
                        fresh.password().reveal());
            }
        };
    }
}
