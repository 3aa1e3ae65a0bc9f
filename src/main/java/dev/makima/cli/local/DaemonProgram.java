package dev.makima.cli.local;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.core.ExitCode;
import dev.makima.config.DaemonConfig;
import dev.makima.config.Environment;
import dev.makima.daemon.DaemonVerticle;
import dev.makima.daemon.bus.DaemonEnd;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The daemon as this process runs it; the one place that knows the daemon's room. Blocks: for no event loop. */
public final class DaemonProgram {
    private static final Duration STARTING = Duration.ofSeconds(60);

    /** Its agents get 30 s for a graceful end where they are stopped with it, and their threads 10 s more. */
    static final Duration ENDING = Duration.ofSeconds(50);

    private final Vertx vertx;
    private final DaemonVerticle verticle;
    private final String deployment;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private DaemonProgram(Vertx vertx, DaemonVerticle verticle, String deployment) {
        this.vertx = vertx;
        this.verticle = verticle;
        this.deployment = deployment;
    }

    /** Starts one; returns once it is started, connected or not. */
    public static DaemonProgram start(Vertx vertx, DaemonConfig config, Environment environment) {
        return start(vertx, new DaemonVerticle(config, environment));
    }

    /** Starts one that goes on with what an earlier one left, takes nothing new, and ends with the last of it. */
    public static DaemonProgram startDraining(Vertx vertx, DaemonConfig config, Environment environment) {
        return start(vertx, DaemonVerticle.draining(config, environment));
    }

    private static DaemonProgram start(Vertx vertx, DaemonVerticle verticle) {
        String deployment = Futures.await(vertx.deployVerticle(verticle), STARTING, "the daemon to start");
        return new DaemonProgram(vertx, verticle, deployment);
    }

    /**
     * Waits until it has ended by itself, and throws what it ended of.
     *
     * @return {@link ExitCode#RESTART} where the server asks for a restart, {@link ExitCode#OK} where it was closed or was to
     *     drain and is through
     */
    public int await() throws InterruptedException {
        try {
            var ended = verticle.ended().toCompletionStage().toCompletableFuture();
            CompletableFuture.anyOf(ended, closed).get();
            return closed.isDone() ? ExitCode.OK : code(ended.join());
        } catch (ExecutionException e) {
            throw reason(e);
        }
    }

    /** Completes when a daemon that is deployed there by its name ends by itself; never where none is. */
    public static Future<DaemonEnd> endedIn(Vertx vertx) {
        return DaemonVerticle.endedIn(vertx);
    }

    /** Closes Vert.x with a daemon deployed there by its name, and waits for its agents as {@link #close} does. */
    public static void closeAll(Vertx vertx) {
        Futures.await(vertx.close(), ENDING, "the daemon to end");
    }

    /**
     * Waits for the end of one that is deployed there by its name, as {@link #await}; blocks for ever where none is.
     *
     * @return as {@link #await}
     */
    public static int awaitDeployed(Future<DaemonEnd> ended) throws InterruptedException {
        try {
            return code(ended.toCompletionStage().toCompletableFuture().get());
        } catch (ExecutionException e) {
            throw reason(e);
        }
    }

    private static int code(DaemonEnd end) {
        return switch (end) {
            case RESTART -> ExitCode.RESTART;
            case DRAINED -> ExitCode.OK;
        };
    }

    private static MakimaException reason(ExecutionException e) {
        return e.getCause() instanceof MakimaException known
                ? known
                : new MakimaException(ErrorCode.INTERNAL, "the daemon ended: " + e.getCause(), null, e.getCause());
    }

    /** Stops it, its agents as configured; waits at most 50 s. Nothing the second time. */
    public void close() {
        if (!closed.complete(null)) {
            return;
        }
        Futures.await(vertx.undeploy(deployment), ENDING, "the daemon to end");
    }
}
