package dev.makima.cli.command.base;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Secret;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.ServerUrl;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.ConfiguredServer;
import dev.makima.cli.local.EmbeddedStack;
import dev.makima.cli.local.LocalInstance;
import dev.makima.cli.local.LocalStack;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client of the server that is meant: the configured one, else this machine's live instance, else one started here. */
public final class Connection implements AutoCloseable {
    private static final Duration DAEMON_WITHIN = Duration.ofSeconds(15);

    private final ApiClient api;
    private final LocalInstance.@Nullable Use use;

    private Connection(ApiClient api, LocalInstance.@Nullable Use use) {
        this.api = api;
        this.use = use;
    }

    /** The server that is configured, or nothing where the local instance is meant. */
    public static Optional<ConfiguredServer> configured(Surroundings surroundings, ConnectionOptions options) {
        if (options.local) {
            return Optional.empty();
        }
        if (options.apiUrl != null) {
            Secret key =
                    new Secret(options.apiKey != null ? options.apiKey : surroundings.variable("MAKIMA_API_KEY", ""));
            return Optional.of(new ConfiguredServer(new ServerUrl(options.apiUrl), key, "--api-url"));
        }
        Optional<ConfiguredServer> found = ConfiguredServer.find(surroundings, options.config);
        @Nullable String key = options.apiKey;
        if (key == null) {
            return found;
        }
        return found.map(server -> new ConfiguredServer(server.url(), new Secret(key), server.source()));
    }

    /**
     * Opens it.
     *
     * @param parts what is started where nothing runs
     * @param shared whether other commands may use what is started
     * @param notes told what takes time or is worth knowing
     */
    public static Connection open(
            Surroundings surroundings,
            ConnectionOptions options,
            LocalStack.Parts parts,
            boolean shared,
            Consumer<String> notes) {
        Optional<ConfiguredServer> configured = configured(surroundings, options);
        if (configured.isPresent()) {
            return new Connection(client(configured.get()), null);
        }
        LocalStack.Starter starter = EmbeddedStack.starter(surroundings, options.config);
        LocalInstance.Use use = new LocalInstance(surroundings.home()).attachOrStart(starter, parts, shared, notes);
        return new Connection(new ApiClient(use.instance().url(), use.instance().key()), use);
    }

    /** Opens the configured server's or the live local instance's API; an error where neither is there. */
    public static Connection existing(Surroundings surroundings, ConnectionOptions options) {
        Optional<ConfiguredServer> configured = configured(surroundings, options);
        if (configured.isPresent()) {
            return new Connection(client(configured.get()), null);
        }
        LocalInstance.Use use = new LocalInstance(surroundings.home())
                .attach()
                .orElseThrow(() -> new MakimaException(
                        ErrorCode.UNAVAILABLE,
                        "no makima instance runs on this machine, and no server is configured",
                        "Start one with: makima up; or name a server with --api-url or MAKIMA_API_URL"));
        return new Connection(new ApiClient(use.instance().url(), use.instance().key()), use);
    }

    private static ApiClient client(ConfiguredServer server) {
        if (server.key().reveal().isBlank()) {
            throw new MakimaException(
                    ErrorCode.UNAUTHORIZED,
                    "the server " + server.url() + " (from " + server.source() + ") needs a key, and none is given",
                    "Set MAKIMA_API_KEY; the server prints its first one when it starts for the first time,"
                            + " makima keys create makes others");
        }
        return new ApiClient(server.url(), server.key());
    }

    /** The client. */
    public ApiClient api() {
        return api;
    }

    /** Whether server and daemon run inside this process. */
    public boolean own() {
        return use != null && use.own();
    }

    /**
     * Waits until a daemon is connected, which one that was just started is in a moment.
     *
     * @throws MakimaException TIMEOUT where none comes
     */
    public void awaitDaemon() {
        long deadline = System.nanoTime() + DAEMON_WITHIN.toNanos();
        while (System.nanoTime() < deadline) {
            for (JsonNode daemon : api.get("/mesh/daemons").path("daemons")) {
                if ("connected".equals(daemon.path("status").asText())) {
                    return;
                }
            }
            LockSupport.parkNanos(20_000_000);
        }
        throw new MakimaException(
                ErrorCode.TIMEOUT,
                "no daemon has connected within " + DAEMON_WITHIN.toSeconds() + " s",
                "See: makima daemons list");
    }

    /** Lets go of it; ends what was started here once no other command uses it. */
    @Override
    public void close() {
        api.close();
        if (use != null) {
            use.close();
        }
    }
}
