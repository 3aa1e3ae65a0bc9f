package dev.makima.config;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A small world for one test: a home, a working directory, an /etc, variables and flags; nothing real is touched. */
final class Bench {
    static final String URL = "https://makima.example.com";
    static final String API_KEY = "mk_very_secret";

    final Path home;
    final Path work;
    final Path etc;
    final Map<String, String> variables = new HashMap<>();
    final Map<String, String> flags = new HashMap<>();
    String system = "Linux";

    @Nullable
    Path explicit = null;

    private final ConfigLoader loader;

    Bench(Path root, Vertx vertx) throws IOException {
        home = Files.createDirectories(root.resolve("home"));
        work = Files.createDirectories(root.resolve("work"));
        etc = Files.createDirectories(root.resolve("etc"));
        loader = new ConfigLoader(vertx);
    }

    /** Gives what every daemon needs, as variables. */
    Bench connected() {
        variables.put("MAKIMA_DAEMON_SERVER_URL", URL);
        variables.put("MAKIMA_API_KEY", API_KEY);
        return this;
    }

    /** Writes a file that only its owner may read. */
    Path file(Path path, String content) {
        try {
            Files.createDirectories(path.getParent());
            Files.writeString(path, content);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            return path;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Writes a file and names it by --config. */
    Bench explicit(String name, String content) {
        explicit = file(work.resolve("given").resolve(name), content);
        return this;
    }

    Environment environment() {
        return new Environment(variables, home, system, etc);
    }

    Flags flags() {
        return new Flags(flags, Optional.ofNullable(explicit));
    }

    Loaded<DaemonConfig> daemon() {
        return loader.loadDaemon(flags(), environment(), work);
    }

    Loaded<ServerConfig> server() {
        return loader.loadServer(flags(), environment(), work);
    }

    /** What the daemon's configuration is refused for. */
    ConfigException refused() {
        try {
            daemon();
        } catch (ConfigException e) {
            return e;
        }
        throw new AssertionError("the configuration was taken");
    }
}
