package dev.makima.cli.command.base;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server is meant. */
public final class ConnectionOptions {
    @Option(
            names = "--api-url",
            paramLabel = "URL",
            description = "the server, for example http://127.0.0.1:8080 (also: MAKIMA_API_URL)")
    @Nullable
    String apiUrl;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            description = "the key for it (better: MAKIMA_API_KEY, which others on this machine can't see)")
    @Nullable
    String apiKey;

    @Option(names = "--local", description = "use this machine's own instance, even where a server is configured")
    boolean local;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "configuration file: TOML, JSON or YAML")
    @Nullable
    Path config;

    /** Those that name a server and its key; null = as it is configured. */
    public static ConnectionOptions ofServer(@Nullable String apiUrl, @Nullable String apiKey) {
        ConnectionOptions options = new ConnectionOptions();
        options.apiUrl = apiUrl;
        options.apiKey = apiKey;
        return options;
    }

    /** Those that mean this machine's own instance, with that configuration file. */
    public static ConnectionOptions ofThisMachine(Path configuration) {
        ConnectionOptions options = new ConnectionOptions();
        options.local = true;
        options.config = configuration;
        return options;
    }
}
