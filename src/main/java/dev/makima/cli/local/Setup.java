package dev.makima.cli.local;

import dev.makima.cli.core.Surroundings;
import dev.makima.config.ConfigLoader;
import dev.makima.config.DaemonConfig;
import dev.makima.config.Environment;
import dev.makima.config.Flags;
import dev.makima.config.Loaded;
import dev.makima.config.Logging;
import dev.makima.config.LoggingSettings;
import dev.makima.config.ServerConfig;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where configuration comes from for what runs in this process.
 *
 * @param config the file of --config, or null
 * @param flags dotted keys to texts, from the command line
 */
public record Setup(Surroundings surroundings, @Nullable Path config, Map<String, String> flags) {
    /** Copies the map. */
    public Setup {
        flags = Map.copyOf(flags);
    }

    /** The same with more flags, which win over those that are there. */
    Setup with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(flags);
        all.putAll(more);
        return new Setup(surroundings, config, all);
    }

    /** The same with these values for keys that need one, in place of all that is configured for them. */
    public Setup withPlaceholders(Map<String, String> values) {
        return with(values);
    }

    /** The daemon's configuration. Blocks. */
    public Loaded<DaemonConfig> daemon(Vertx vertx) {
        return new ConfigLoader(vertx).loadDaemon(asFlags(), environment(), surroundings.directory());
    }

    /** The server's configuration. Blocks. */
    public Loaded<ServerConfig> server(Vertx vertx) {
        return new ConfigLoader(vertx).loadServer(asFlags(), environment(), surroundings.directory());
    }

    private Flags asFlags() {
        return new Flags(flags, Optional.ofNullable(config));
    }

    /** The injected variables in the form that configuration reads. */
    public Environment environment() {
        return new Environment(
                surroundings.environment(),
                Path.of(System.getProperty("user.home", "/")),
                System.getProperty("os.name", "Linux"));
    }

    /** Logs as configured, and says first what is odd about the configuration. */
    public static void log(LoggingSettings settings, Loaded<?> loaded) {
        Logging.apply(settings);
        warnOfLocale();
        warn(loaded);
    }

    /** The script sees to it; a service that starts the jar itself often has no locale at all. */
    public static void warnOfLocale() {
        String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
        if (!encoding.equalsIgnoreCase("UTF-8")) {
            System.getLogger(Setup.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "this process has no Unicode locale ({0}): files whose path has other letters than ASCII"
                                    + " cannot be used. Start it with LC_ALL=C.UTF-8",
                            encoding);
        }
    }

    /** Logs what is odd about the configuration. */
    static void warn(Loaded<?> loaded) {
        System.Logger logger = System.getLogger(Setup.class.getName());
        loaded.warnings().forEach(warning -> logger.log(System.Logger.Level.WARNING, warning));
    }

    /** Beside a live view only warnings are worth a line. */
    static LoggingSettings quiet() {
        return new LoggingSettings(LoggingSettings.Level.WARN, LoggingSettings.Format.PRETTY);
    }
}
