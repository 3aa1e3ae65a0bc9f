package dev.makima.cli.command.machine;

import dev.makima.cli.command.base.Base;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.Futures;
import dev.makima.cli.local.Setup;
import dev.makima.config.ConfigException;
import dev.makima.config.Loaded;
import dev.makima.config.Printout;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** makima config. */
@Command(
        name = "config",
        sortOptions = false,
        description = {
            "Shows what server and daemon are configured to, and where each value comes from; secrets are masked.",
            "Exit code 1 where a value is not valid or one is missing; what is wrong is said."
        },
        footer = {
            "",
            "Examples:",
            "  makima config",
            "  makima config daemon --config /etc/makima-daemon/config.toml",
            "  makima config server --json"
        })
final class ConfigCommand extends Base {
    /** Whose configuration is shown. */
    enum Program {
        server,
        daemon
    }

    @Parameters(arity = "0..1", paramLabel = "PROGRAM", description = "server or daemon; default: both")
    @Nullable
    Program program;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "configuration file: TOML, JSON or YAML")
    @Nullable
    Path config;

    @Option(names = "--json", description = "print JSON instead of text for people")
    boolean json;

    private final List<ConfigException> wrong = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    ConfigCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() {
        Setup setup = new Setup(surroundings, config, Map.of());
        Vertx vertx = Futures.vertx();
        try {
            JsonObject all = new JsonObject();
            if (program != Program.daemon) {
                show("server", () -> setup.server(vertx), all);
            }
            if (program != Program.server) {
                show("daemon", () -> setup.daemon(vertx), all);
            }
            if (json) {
                surroundings
                        .out()
                        .println(all.put("warnings", new JsonArray(warnings)).encode());
            } else {
                warnings.forEach(warning -> surroundings.err().println("makima: " + warning));
            }
        } finally {
            Futures.close(vertx);
        }
        if (!wrong.isEmpty()) {
            throw ConfigException.of(wrong);
        }
        return ExitCode.OK;
    }

    private void show(String name, Supplier<Loaded<?>> load, JsonObject all) {
        Printout printout;
        List<Path> files = List.of();
        try {
            Loaded<?> loaded = load.get();
            printout = loaded.printout();
            files = loaded.files();
            warnings.addAll(loaded.warnings());
        } catch (ConfigException e) {
            wrong.add(e);
            printout = e.printout();
        }
        if (json) {
            all.put(name, printout.json());
            return;
        }
        PrintStream out = surroundings.out();
        out.println("# " + name + (files.isEmpty() ? ": no file" : ": " + files));
        out.println(printout.text());
    }
}
