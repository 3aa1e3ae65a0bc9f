package dev.makima.cli.command.services;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.command.base.Base;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.Futures;
import dev.makima.cli.local.Setup;
import dev.makima.config.DatabaseUrl;
import dev.makima.config.ServerConfig;
import dev.makima.server.store.Store;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** makima server copy-database. */
@Command(
        name = "copy-database",
        sortOptions = false,
        description = {
            "Copies all that a server knows from one database into another, empty one.",
            "From an SQLite file to PostgreSQL, back, or between two of a kind. All or nothing: the target is as it was"
                    + " where it fails.",
            "The server has to be stopped. Daemons may go on meanwhile: they come back with what they have.",
            "Where it takes longer than a lease, their agents stand still until the server is back."
        },
        footer = {
            "",
            "Passwords that the URLs do not hold: MAKIMA_DATABASE_PASSWORD or database.password, for both; ~/.pgpass.",
            "",
            "Examples:",
            "  makima server copy-database ~/.makima/server.db postgresql://makima@db.example.com/makima",
            "  makima server copy-database postgresql://makima@db.example.com/makima /var/backups/makima.db"
        })
final class CopyDatabaseCommand extends Base {
    private static final Pattern KINDS = Pattern.compile("(jdbc:)?(sqlite:|postgres(ql)?://)");

    @Parameters(index = "0", paramLabel = "FROM", description = "the database that there is: a file or a URL")
    String from = "";

    @Parameters(index = "1", paramLabel = "TO", description = "an empty database, or a file that does not exist")
    String to = "";

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "configuration file of the server, for its database.password")
    @Nullable
    Path config;

    CopyDatabaseCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        ServerConfig.Database source = database(named(from));
        ServerConfig.Database target = database(named(to));
        Map<String, Long> copied = Store.copy(source, target);
        copied.forEach((table, rows) -> surroundings.out().printf("%10d  %s%n", rows, table));
        surroundings
                .out()
                .println("All copied and counted. Now name it to the server: database.url = \""
                        + shown(to, target.url()) + "\"");
        return ExitCode.OK;
    }

    /** A file is one of the directory that the caller is in, as everywhere in a shell. */
    private String named(String given) {
        if (!given.contains("://") && !given.startsWith("jdbc:") && !given.startsWith("sqlite:")) {
            return surroundings
                    .directory()
                    .resolve(surroundings.expand(given))
                    .normalize()
                    .toString();
        }
        if (!KINDS.matcher(given).lookingAt()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "not a database that makima can use: " + given.substring(0, given.indexOf(':') + 1) + "…",
                    "Name a file, or postgresql://user@host/database");
        }
        return given;
    }

    /** A database as it was named, with its user, who else would be whoever starts the server; without a password. */
    static String shown(String given, DatabaseUrl url) {
        return switch (url) {
            case DatabaseUrl.Sqlite sqlite -> sqlite.display();
            case DatabaseUrl.Postgres postgres -> {
                String named = given.strip()
                        .replaceFirst("//([^:@/?]*):[^/?]*@", "//$1@")
                        .replaceAll("(?<=[?&])(ssl)?password=[^&]*&?", "")
                        .replaceFirst("[?&]$", "");
                yield named.matches(".*//[^@]*:[^@]*@.*") ? postgres.display() : named;
            }
        };
    }

    private ServerConfig.Database database(String url) {
        Setup setup = new Setup(surroundings, config, Map.of("database.url", url));
        Vertx vertx = Futures.vertx();
        try {
            return Configured.orExit(() -> setup.server(vertx), false, surroundings)
                    .config()
                    .database();
        } finally {
            Futures.close(vertx);
        }
    }
}
