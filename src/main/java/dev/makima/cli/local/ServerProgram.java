package dev.makima.cli.local;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Secret;
import dev.makima.config.ServerConfig;
import io.vertx.core.Vertx;

/** The server as this process runs it; the one place that knows the server's room. Blocks: for no event loop. */
public interface ServerProgram {
    /** The port it listens on. */
    int port();

    /** Makes a key; it is told this once. */
    Secret createKey(String name);

    /** Stops it, waits at most half a minute. */
    void close();

    /** Starts one; returns once it serves. */
    @SuppressWarnings("DoNotCallSuggester")
    static ServerProgram start(Vertx vertx, ServerConfig config) {
        throw new MakimaException(
                ErrorCode.UNAVAILABLE, "the server is not part of this build " + vertx + config.home());
    }
}
