package dev.makima.cli.local;

import dev.makima.base.Secret;
import dev.makima.config.ServerConfig;
import dev.makima.server.MakimaServer;
import dev.makima.server.core.Keys;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The server as this process runs it; the one place that knows the server's room. Blocks: for no event loop. */
final class ServerProgram {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MakimaServer server;
    private final Path home;

    private ServerProgram(MakimaServer server, Path home) {
        this.server = server;
        this.home = home;
    }

    /** Starts one; returns once it serves. */
    static ServerProgram start(Vertx vertx, ServerConfig config) {
        return new ServerProgram(
                Futures.await(MakimaServer.start(vertx, config), PATIENCE, "the server to start"), config.home());
    }

    /** Where it keeps its state. */
    Path home() {
        return home;
    }

    /** The port it listens on. */
    int port() {
        return server.port();
    }

    /** The key that the very first start made. */
    Optional<Secret> firstKey() {
        return server.firstKey().map(Keys.Created::secret);
    }

    /** Makes a key. */
    Secret createKey(String name) {
        return Futures.await(server.createKey(name), PATIENCE, "a key to be made")
                .secret();
    }

    /** Stops it, waits at most half a minute. */
    void close() {
        Futures.await(server.close(), PATIENCE, "the server to end");
    }
}
