package dev.makima.cli.local;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.config.DaemonConfig;
import io.vertx.core.Vertx;

/** The daemon as this process runs it; the one place that knows the daemon's room. Blocks: for no event loop. */
public interface DaemonProgram {
    /** Waits until it has ended by itself; returns at once where it was closed. Throws what it ended of. */
    void await() throws InterruptedException;

    /** Stops it, its agents as configured; waits at most 40 s. */
    void close();

    /** Starts one; returns once it is started, connected or not. */
    @SuppressWarnings("DoNotCallSuggester")
    static DaemonProgram start(Vertx vertx, DaemonConfig config) {
        throw new MakimaException(
                ErrorCode.UNAVAILABLE, "the daemon is not part of this build " + vertx + config.home());
    }
}
