package dev.makima.cli.local;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Secret;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.config.DaemonConfig;
import dev.makima.config.Loaded;
import dev.makima.config.ServerConfig;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Server and daemon inside this process: each with its own database, joined by the same WebSocket as anywhere. */
public final class EmbeddedStack implements LocalStack {
    private final Vertx vertx;
    private final ServerProgram server;
    private final @Nullable EmbeddedDaemon daemon;
    private final Secret key;

    private EmbeddedStack(Vertx vertx, ServerProgram server, @Nullable EmbeddedDaemon daemon, Secret key) {
        this.vertx = vertx;
        this.server = server;
        this.daemon = daemon;
        this.key = key;
    }

    /**
     * What starts one for a command: on a free loopback port, ending with the command. The command's own task has ended by
     * then; an agent that was taken over from a command that was killed goes on.
     */
    public static LocalStack.Starter starter(Surroundings surroundings, @Nullable Path config) {
        Setup setup = new Setup(surroundings, config, Map.of("http.host", "127.0.0.1", "http.port", "0"));
        return parts -> start(setup, parts, true);
    }

    /**
     * Starts one.
     *
     * @param quiet whether only warnings are logged, for the sake of a live view
     */
    public static EmbeddedStack start(Setup setup, Parts parts, boolean quiet) {
        Vertx vertx = Futures.vertx();
        @Nullable ServerProgram server = null;
        boolean started = false;
        try {
            Loaded<ServerConfig> serverConfig = setup.server(vertx);
            Setup.log(quiet ? Setup.quiet() : serverConfig.config().logging(), serverConfig);
            if (parts == Parts.SERVER_AND_DAEMON) {
                // Before anything runs: a mistake in it or a missing agent is told at once.
                Loaded<DaemonConfig> daemonConfig = daemonConfig(setup, vertx, 1, new Secret("made-later"));
                Setup.warn(daemonConfig);
                checkAgent(setup, daemonConfig.config());
            }
            server = ServerProgram.start(vertx, serverConfig.config());
            Secret key = LocalKey.of(server, quiet);
            @Nullable EmbeddedDaemon daemon = null;
            if (parts == Parts.SERVER_AND_DAEMON) {
                DaemonConfig config =
                        daemonConfig(setup, vertx, server.port(), key).config();
                daemon = new EmbeddedDaemon(() -> DaemonProgram.start(vertx, config, setup.environment()));
            }
            started = true;
            return new EmbeddedStack(vertx, server, daemon, key);
        } finally {
            if (!started) {
                if (server != null) {
                    server.close();
                }
                Futures.close(vertx);
            }
        }
    }

    private static Loaded<DaemonConfig> daemonConfig(Setup setup, Vertx vertx, int port, Secret key) {
        return setup.with(Map.of("server.url", "http://127.0.0.1:" + port, "server.apiKey", key.reveal()))
                .daemon(vertx);
    }

    private static void checkAgent(Setup setup, DaemonConfig config) {
        String command = config.process().claudeCommand();
        Optional<Path> found = Executables.find(setup.surroundings(), command);
        if (found.isEmpty() && Executables.isFile(setup.surroundings(), command)) {
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED,
                    "the agent '" + command + "' is there, but is not executable",
                    "Make it so (chmod +x), or name another one: MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND=/path/to/claude");
        }
        if (found.isEmpty()) {
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED,
                    "the agent '" + command + "' is not installed, or not on PATH",
                    "Install Claude Code (npm install -g @anthropic-ai/claude-code), or name another executable:"
                            + " MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND=/path/to/claude."
                            + " To see makima without an agent: makima demo");
        }
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public Secret key() {
        return key;
    }

    /** The admin key, where this was the first start of all; to be shown now or never. */
    public Optional<Secret> firstKey() {
        return server.firstKey();
    }

    /**
     * Waits until the daemon ends by itself, and throws what it ended of; returns at once where there is none. A restart
     * that the server asks for is no end: see {@link EmbeddedDaemon}.
     *
     * @return {@link ExitCode#OK}
     */
    public int await() throws InterruptedException {
        if (daemon != null) {
            daemon.await();
        }
        return ExitCode.OK;
    }

    @Override
    public void close() {
        try {
            if (daemon != null) {
                daemon.close();
            }
        } finally {
            try {
                server.close();
            } finally {
                Futures.close(vertx);
            }
        }
    }
}
