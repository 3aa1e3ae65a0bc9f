package dev.makima.cli.command.services;

import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.Setup;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What server and daemon have in common on the command line. */
final class ServiceOptions {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "configuration file: TOML, JSON or YAML")
    @Nullable
    Path config;

    @Option(
            names = {"-l", "--log-level"},
            paramLabel = "LEVEL",
            description = "trace, debug, info, warn or error; default: info")
    @Nullable
    String logLevel;

    @Option(
            names = "--print-config",
            description = "print the merged configuration with the source of each value, and exit")
    boolean printConfig;

    /** What they say, with the command's own flags beside them. */
    Setup setup(Surroundings surroundings, Map<String, @Nullable String> flags) {
        Map<String, String> given = new HashMap<>();
        flags.forEach((key, value) -> {
            if (value != null) {
                given.put(key, value);
            }
        });
        if (logLevel != null) {
            given.put("logging.level", logLevel);
        }
        return new Setup(surroundings, config, given);
    }
}
