package dev.makima.cli.doctor;

import dev.makima.base.MakimaException;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.ConfiguredServer;
import dev.makima.cli.local.Setup;
import dev.makima.config.ConfigException;
import dev.makima.config.ConfigLoader;
import dev.makima.config.DaemonConfig;
import dev.makima.config.DatabaseUrl;
import dev.makima.config.Environment;
import dev.makima.config.Flags;
import dev.makima.config.Loaded;
import dev.makima.config.ServerConfig;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Examines this machine. Blocking; changes nothing. */
public final class Doctor {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** What stands for the server where none is configured: a daemon's configuration cannot be without one. */
    private static final Map<String, String> NO_SERVER =
            Map.of("server.url", "http://127.0.0.1:1", "server.apiKey", "none");

    private final Surroundings surroundings;
    private final @Nullable Path config;
    private final List<Finding> configuration = new ArrayList<>();
    private @Nullable ConfiguredServer server;

    /**
     * A doctor for this machine.
     *
     * @param config the file of --config, or null
     */
    public Doctor(Surroundings surroundings, @Nullable Path config) {
        this.surroundings = surroundings;
        this.config = config;
    }

    /**
     * All findings, in the order in which people read them. Takes 20 s at most, however much hangs.
     *
     * @param detailed whether each thing that is left over is a finding, instead of each kind of them
     */
    public List<Finding> examine(Vertx vertx, boolean detailed) throws InterruptedException {
        Patient patient = patient(vertx);
        List<Check> checks = new ArrayList<>(List.of(
                new SystemCheck(patient),
                new GitCheck(patient),
                new AgentCheck(patient, AgentCheck.LIMIT),
                new ToolsCheck(patient),
                new PlacesCheck(patient),
                new DatabaseCheck("daemon database", patient.daemon().localDb().path(), DatabaseCheck.DAEMON)));
        if (patient.server().database().url() instanceof DatabaseUrl.Sqlite(Path file)) {
            checks.add(new DatabaseCheck("server database", file, DatabaseCheck.SERVER));
        }
        checks.addAll(List.of(
                new ServerCheck(server),
                new PortCheck(patient),
                new InstanceCheck(patient),
                new DaemonCheck(patient),
                new LeftoverCheck(patient, detailed)));
        List<Finding> found = new ArrayList<>(configuration);
        found.addAll(new Examination(LIMIT).of(checks));
        return found;
    }

    /**
     * The daemon's configuration as it is.
     *
     * @throws MakimaException where it cannot be used: what is cleaned up must not be what somebody did not mean
     */
    public DaemonConfig daemonConfig(Vertx vertx) {
        return daemon(vertx).config();
    }

    /**
     * The server's configuration as it is.
     *
     * @throws MakimaException where it cannot be used
     */
    public ServerConfig serverConfig(Vertx vertx) {
        return new Setup(surroundings, null, Map.of()).server(vertx).config();
    }

    /** The environment in the form that configuration reads. */
    public Environment environment() {
        return new Setup(surroundings, config, Map.of()).environment();
    }

    private Patient patient(Vertx vertx) {
        server = trying("configuration", this::findServer, Optional::<ConfiguredServer>empty)
                .orElse(null);
        DaemonConfig daemon = trying(
                "daemon config",
                () -> told("daemon config", daemon(vertx)),
                () -> ConfigLoader.daemonFromTree(
                                new JsonObject(), Flags.of(NO_SERVER), environment(), surroundings.directory())
                        .config());
        ServerConfig ofServer = trying(
                "server config",
                () -> told("server config", new Setup(surroundings, null, Map.of()).server(vertx)),
                () -> ConfigLoader.serverFromTree(
                                new JsonObject(), Flags.none(), environment(), surroundings.directory())
                        .config());
        return new Patient(surroundings, environment(), daemon, ofServer);
    }

    /** Where no daemon is set up, only commands, its server is none that could be wrong. */
    private Loaded<DaemonConfig> daemon(Vertx vertx) {
        boolean setUp = ConfiguredServer.ofDaemon(surroundings, config).isPresent();
        return new Setup(surroundings, config, setUp ? Map.of() : NO_SERVER).daemon(vertx);
    }

    private Optional<ConfiguredServer> findServer() {
        return ConfiguredServer.find(surroundings, config);
    }

    private <T> T told(String subject, Loaded<T> loaded) {
        String files = loaded.files().isEmpty()
                ? "no file, the defaults and variables"
                : String.join(", ", loaded.files().stream().map(Path::toString).toList());
        if (loaded.warnings().isEmpty()) {
            configuration.add(new Finding.Fine(subject, files));
        }
        // Each names its file, and what to do about it where that is not to correct a value.
        loaded.warnings()
                .forEach(warning -> configuration.add(new Finding.Warning(
                        subject, warning, "makima config shows every value and where it comes from")));
        return loaded.config();
    }

    /** What is wrong with a configuration is a finding; the rest is looked at with the defaults. */
    private <T> T trying(String subject, Supplier<T> load, Supplier<T> otherwise) {
        try {
            return load.get();
        } catch (ConfigException e) {
            // One file may hold more than one part of the configuration: its mistake is told once.
            e.problems().stream()
                    .filter(problem -> configuration.stream()
                            .noneMatch(told -> told.found().equals(problem.what())))
                    .forEach(problem -> configuration.add(
                            new Finding.Wrong(subject, problem.what(), String.join("; ", problem.cures()))));
            return otherwise.get();
        } catch (MakimaException e) {
            configuration.add(new Finding.Wrong(subject, e.what(), e.cure().orElse("Correct the configuration")));
            return otherwise.get();
        }
    }
}
