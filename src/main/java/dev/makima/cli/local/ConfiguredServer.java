package dev.makima.cli.local;

import dev.makima.base.Secret;
import dev.makima.cli.api.ServerUrl;
import dev.makima.cli.core.Surroundings;
import dev.makima.config.ConfigLoader;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server that the configuration names.
 *
 * @param key empty where none is given
 * @param source where its URL came from, for errors
 */
public record ConfiguredServer(ServerUrl url, Secret key, String source) {
    private static final String DAEMONS = "MAKIMA_DAEMON_SERVER_URL";

    /** What the variables name, else what the highest configuration file names that names one. */
    public static Optional<ConfiguredServer> find(Surroundings surroundings, @Nullable Path config) {
        return find(List.of("MAKIMA_API_URL", DAEMONS), surroundings, config);
    }

    /** The one that a daemon here would connect to. */
    public static Optional<ConfiguredServer> ofDaemon(Surroundings surroundings, @Nullable Path config) {
        return find(List.of(DAEMONS), surroundings, config);
    }

    private static Optional<ConfiguredServer> find(
            List<String> variables, Surroundings surroundings, @Nullable Path config) {
        for (String variable : variables) {
            String url = surroundings.variable(variable, "");
            if (!url.isEmpty()) {
                return Optional.of(
                        new ConfiguredServer(new ServerUrl(url), new Secret(key(surroundings, "")), variable));
            }
        }
        List<Path> files = files(surroundings, config);
        return files.isEmpty() ? Optional.empty() : fromFiles(surroundings, files);
    }

    private static String key(Surroundings surroundings, String otherwise) {
        String daemons = surroundings.variable("MAKIMA_DAEMON_SERVER_APIKEY", otherwise);
        return surroundings.variable("MAKIMA_API_KEY", daemons);
    }

    /** Only where there is a file at all: reading one needs Vert.x, which takes time to start. */
    private static Optional<ConfiguredServer> fromFiles(Surroundings surroundings, List<Path> files) {
        Vertx vertx = Futures.vertx();
        try {
            ConfigLoader loader = new ConfigLoader(vertx);
            for (Path file : files) {
                JsonObject server = section(loader.readTree(file));
                String url = text(server, "url");
                if (!url.isEmpty()) {
                    Secret key = new Secret(key(surroundings, text(server, "apikey")));
                    return Optional.of(new ConfiguredServer(new ServerUrl(url), key, file.toString()));
                }
            }
            return Optional.empty();
        } finally {
            Futures.close(vertx);
        }
    }

    private static JsonObject section(JsonObject tree) {
        return tree.getValue("server") instanceof JsonObject server ? server : new JsonObject();
    }

    /** Keys are taken in every spelling: apiKey, api_key, apikey. */
    private static String text(JsonObject section, String plainName) {
        for (Map.Entry<String, Object> entry : section) {
            String name = entry.getKey().replace("_", "").toLowerCase(Locale.ROOT);
            if (name.equals(plainName) && entry.getValue() instanceof String text) {
                return text;
            }
        }
        return "";
    }

    /** The places of the daemon's configuration, highest first, as far as there is a file. */
    private static List<Path> files(Surroundings surroundings, @Nullable Path config) {
        List<Path> files = new ArrayList<>();
        if (config != null) {
            files.add(surroundings.directory().resolve(surroundings.expand(config.toString())));
        }
        String xdg = surroundings.variable("XDG_CONFIG_HOME", "");
        boolean mac = System.getProperty("os.name", "").startsWith("Mac");
        Path user = xdg.startsWith("/")
                ? Path.of(xdg)
                : surroundings.userHome().resolve(mac ? "Library/Application Support" : ".config");
        for (Path place : List.of(
                surroundings.directory().resolve("makima-daemon.toml"),
                user.resolve("makima-daemon/config.toml"),
                Path.of("/etc/makima-daemon/config.toml"))) {
            if (Files.isReadable(place)) {
                files.add(place);
            }
        }
        return files;
    }
}
