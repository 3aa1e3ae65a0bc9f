package dev.makima.testkit;

import dev.makima.base.Secret;
import dev.makima.config.DatabaseUrl;
import dev.makima.config.ServerConfig;
import dev.makima.server.store.Store;
import dev.makima.sql.Database;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The kinds of databases that a server can have, each tested alike: {@code @ParameterizedClass @EnumSource}. */
public enum TestDatabase {
    /** A file. */
    SQLITE,
    /** A database of a real server. */
    POSTGRESQL;

    /** A fresh one, with nothing in it; a PostgreSQL that is not there skips the test, loudly. */
    public ServerConfig.Database fresh(Path directory) {
        return switch (this) {
            case SQLITE -> new ServerConfig.Database(new DatabaseUrl.Sqlite(directory.resolve("server.db")));
            case POSTGRESQL -> configured(TestPostgres.database());
        };
    }

    /**
     * The same with the tables of a server that has never run: all schema steps, each in a transaction of its own, take a
     * PostgreSQL ten times as long as a copy of what they come to. A file that is there already stays as it is.
     */
    public ServerConfig.Database withTables(Path directory) {
        return switch (this) {
            case SQLITE -> fresh(directory);
            case POSTGRESQL -> configured(TestPostgres.database("template " + Tables.TEMPLATE.name()));
        };
    }

    /** Made once, by the server's own schema steps, and never opened again. */
    private static final class Tables {
        private static final TestPostgres.Fresh TEMPLATE = make();

        private static TestPostgres.Fresh make() {
            TestPostgres.Fresh template = TestPostgres.database();
            Database.open(Store.settings(configured(template))).close();
            return template;
        }
    }

    private static ServerConfig.Database configured(TestPostgres.Fresh fresh) {
        return new ServerConfig.Database(
                new DatabaseUrl.Postgres(new Secret(fresh.url(fresh.port()).reveal() + "?user=makima")),
                Optional.of(fresh.password()));
    }

    /** The variables that tell a server of one {@link #withTables}; none where it is the file under its home. */
    public Map<String, String> variables() {
        return switch (this) {
            case SQLITE -> Map.of();
            case POSTGRESQL -> {
                TestPostgres.Fresh fresh = TestPostgres.database("template " + Tables.TEMPLATE.name());
                yield Map.of(
                        "MAKIMA_DATABASE_URL",
                        fresh.uri(),
                        "MAKIMA_DATABASE_PASSWORD",
                        fresh.password().reveal());
            }
        };
    }
}
