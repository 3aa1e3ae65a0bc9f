package dev.makima.cli.command.services;

import dev.makima.cli.command.base.Base;
import dev.makima.cli.core.Surroundings;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** makima server. */
@Command(
        name = "server",
        sortOptions = false,
        description = {
            "The server: keeps tasks and their output, hands them to daemons, serves the REST API.",
            "Its first start prints an admin key, that once. Ctrl-C or SIGTERM ends it; nothing is lost."
        },
        footer = {
            "",
            "Examples:",
            "  makima server",
            "  makima server --host 0.0.0.0 --port 8080 --config server.toml",
            "  MAKIMA_DATABASE_PASSWORD=… makima server --database-url postgresql://makima@db.example.com/makima",
            "  MAKIMA_API_KEY=mk_… makima daemon --server-url http://127.0.0.1:8080   # then, in another terminal",
            "",
            "Every key can be set by file, by variable (MAKIMA_TASKS_LEASESECS=300) and some by flag."
        })
final class ServerCommand extends Base {
    @Option(names = "--host", paramLabel = "HOST", description = "the interface to listen on; default: 127.0.0.1")
    @Nullable
    String host;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "0 = any free one; default: 8080")
    @Nullable
    String port;

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            description = "a file or postgresql://user@host/database; default: an SQLite file under MAKIMA_HOME")
    @Nullable
    String databaseUrl;

    @Mixin
    ServiceOptions options = new ServiceOptions();

    ServerCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() throws InterruptedException {
        return new StayingStack(surroundings, options, flags(host, port, databaseUrl)).run(false);
    }

    static Map<String, @Nullable String> flags(
            @Nullable String host, @Nullable String port, @Nullable String databaseUrl) {
        Map<String, @Nullable String> flags = new HashMap<>();
        flags.put("http.host", host);
        flags.put("http.port", port);
        flags.put("database.url", databaseUrl);
        return flags;
    }
}
