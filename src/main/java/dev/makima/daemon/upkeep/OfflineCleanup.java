package dev.makima.daemon.upkeep;

import dev.makima.base.MakimaException;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.bus.Cleaned;
import dev.makima.daemon.bus.LocalCodec;
import dev.makima.daemon.project.ProjectSteps;
import dev.makima.daemon.store.StoreVerticle;
import dev.makima.git.GitTools;
import dev.makima.sql.Database;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * The clean-up of a machine whose daemon does not run: the same code over the same store. The caller holds the lock of the
 * state directory meanwhile. Blocking: for no event loop.
 */
public final class OfflineCleanup {
    private OfflineCleanup() {}

    /**
     * Does it.
     *
     * @param database the daemon's, opened for it; stays open
     * @param outboxFiles where the larger parts of events lie
     * @param told of each thing that is found
     */
    public static void run(
            Vertx vertx,
            DaemonConfig config,
            Map<String, String> environment,
            GitTools git,
            Database database,
            Path outboxFiles,
            Clock clock,
            Consumer<Cleaned> told)
            throws InterruptedException {
        LocalCodec.register(vertx);
        Promise<Void> unused = Promise.promise();
        StoreVerticle store = new StoreVerticle(database, clock, outboxFiles, unused.future());
        String deployment = await(vertx.deployVerticle(store));
        try {
            ProjectSteps steps = new ProjectSteps(config, environment, git.git());
            StoreOwner owner = new StoreOwner(vertx.eventBus(), steps, false);
            new Leftovers(config, environment, git, owner, clock).clean(false, told);
        } finally {
            unused.complete();
            await(vertx.undeploy(deployment));
        }
    }

    private static <T> T await(Future<T> future) throws InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof MakimaException known
                    ? known
                    : new IllegalStateException("the store of the clean-up failed", e.getCause());
        }
    }
}
