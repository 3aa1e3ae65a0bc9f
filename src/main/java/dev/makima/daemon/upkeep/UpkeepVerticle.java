package dev.makima.daemon.upkeep;

import dev.makima.base.FullDiskException;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.project.ProjectSteps;
import dev.makima.daemon.store.StoreClient;
import dev.makima.git.GitTools;
import dev.makima.git.HomeClones;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps the machine in order, in the background: nothing waits for it. At the start it makes the clones of
 * {@code repos.autoClone} and, where that is wanted, removes worktrees of finished tasks; from time to time it deletes
 * spools that nobody needs.
 *
 * <p>A shell; the work is on two threads of its own, since a clone may take long. Its end interrupts both, which ends their
 * git calls.
 */
public final class UpkeepVerticle extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(UpkeepVerticle.class.getName());
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);

    private final DaemonConfig config;
    private final Map<String, String> environment;
    private final GitTools git;
    private final Path spoolRoot;
    private final Duration sweepEvery;
    private final Clock clock;
    private final ExecutorService cloning = thread("auto-clone");
    private final ExecutorService sweeping = thread("upkeep");
    private final AtomicBoolean sweepWaits = new AtomicBoolean();

    /**
     * Upkeep as configured.
     *
     * @param environment the daemon's own variables
     * @param sweepEvery how often spools are looked through
     */
    public UpkeepVerticle(
            DaemonConfig config,
            Map<String, String> environment,
            GitTools git,
            Path spoolRoot,
            Duration sweepEvery,
            Clock clock) {
        this.config = config;
        this.environment = Map.copyOf(environment);
        this.git = git;
        this.spoolRoot = spoolRoot;
        this.sweepEvery = sweepEvery;
        this.clock = clock;
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    @Override
    public Future<?> start() {
        StoreClient store = new StoreClient(vertx.eventBus());
        if (!config.repos().autoClone().isEmpty()) {
            AutoClones clones = new AutoClones(config.repos(), new HomeClones(git.git()));
            run(cloning, "the clones of repos.autoClone", clones::make);
        }
        if (config.worktree().cleanupOnStart()) {
            StartCleanup cleanup = new StartCleanup(store, git, new ProjectSteps(config, environment, git.git()));
            run(sweeping, "the clean-up at the start", cleanup::run);
        }
        SpoolSweep sweep = new SpoolSweep(store, spoolRoot, config.spool(), clock);
        sweep(sweep);
        vertx.setPeriodic(sweepEvery.toMillis(), _ -> sweep(sweep));
        return Future.succeededFuture();
    }

    /** One at a time, and none waits behind another. */
    private void sweep(SpoolSweep sweep) {
        if (sweepWaits.compareAndSet(false, true)) {
            run(sweeping, "the sweep of spools", () -> {
                sweepWaits.set(false);
                sweep.run();
            });
        }
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    private static void run(ExecutorService thread, String what, Work work) {
        thread.execute(() -> {
            try {
                work.run();
            } catch (InterruptedException e) {
                LOG.log(Level.DEBUG, "{0} ended with the daemon", what);
            } catch (RuntimeException e) {
                LOG.log(FullDiskException.level(Level.WARNING, e), what + " failed", e);
            }
        });
    }

    @Override
    public Future<?> stop() {
        cloning.shutdownNow();
        sweeping.shutdownNow();
        return vertx.executeBlocking(() -> cloning.awaitTermination(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                        && sweeping.awaitTermination(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS))
                // Nothing may keep the others from ending in their order.
                .otherwiseEmpty();
    }
}
