package dev.makima.cli.local;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.config.DaemonConfig;
import dev.makima.config.Environment;
import dev.makima.daemon.DaemonVerticle;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The daemon as this process runs it; the one place that knows the daemon's room. Blocks: for no event loop. */
public final class DaemonProgram {
    private static final Duration STARTING = Duration.ofSeconds(60);

    /** Its agents get 30 s for a graceful end where they are stopped with it. */
    private static final Duration ENDING = Duration.ofSeconds(40);

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
        DaemonVerticle verticle = new DaemonVerticle(config, environment);
        String deployment = Futures.await(vertx.deployVerticle(verticle), STARTING, "the daemon to start");
        return new DaemonProgram(vertx, verticle, deployment);
    }

    /** Waits until it has ended by itself, and throws what it ended of; returns where it was closed. */
    public void await() throws InterruptedException {
        try {
            CompletableFuture.anyOf(verticle.ended().toCompletionStage().toCompletableFuture(), closed)
                    .get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MakimaException known) {
                throw known;
            }
            throw new MakimaException(ErrorCode.INTERNAL, "the daemon ended: " + e.getCause(), null, e.getCause());
        }
    }

    /** Stops it, its agents as configured; waits at most 40 s. */
    public void close() {
        closed.complete(null);
        Futures.await(vertx.undeploy(deployment), ENDING, "the daemon to end");
    }
}
