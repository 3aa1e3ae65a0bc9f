package dev.makima.daemon.upkeep;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PassingTrouble;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.UpkeepStatus;
import dev.makima.daemon.project.ProjectSteps;
import dev.makima.daemon.store.StoreClient;
import dev.makima.git.GitTools;
import dev.makima.git.HomeClones;
import dev.makima.process.RunProcesses;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the machine in order, in the background: nothing waits for it. At the start it makes the clones of
 * {@code repos.autoClone} and, where that is wanted, removes worktrees of finished tasks; from time to time it deletes
 * spools that nobody needs; on demand it takes away whatever is left over.
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
    private long timer;
    private volatile @Nullable Instant lastSweep;

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
        Owner owner = new StoreOwner(vertx.eventBus(), new ProjectSteps(config, environment, git.git()), true);
        WorktreeProof proof = new WorktreeProof(git, RunProcesses.system(), spoolRoot);
        StartCleanup cleanup = new StartCleanup(git, proof, owner);
        Addresses.UPKEEP_STATUS.answer(vertx.eventBus(), _ -> Future.succeededFuture(new UpkeepStatus(lastSweep)));
        SpoolSweep sweep = new SpoolSweep(store, spoolRoot, config.spool(), clock);
        Work round = () -> {
            sweep.run();
            owner.forgetAside(clock.instant().minus(config.spool().retention()));
            if (config.worktree().cleanupOnStart()) {
                cleanup.run();
            }
        };
        Leftovers leftovers = new Leftovers(config, environment, git, owner, clock);
        run(sweeping, "the look for agents that nobody looks after", leftovers::warnOfStrays);
        sweep(round);
        timer = vertx.setPeriodic(sweepEvery.toMillis(), _ -> sweep(round));
        Addresses.CLEAN.answer(
                vertx.eventBus(), asked -> clean(leftovers, asked.request().getBoolean("dryRun", false)));
        Addresses.END_STRAYS.answer(
                vertx.eventBus(),
                asked -> asked(() -> {
                    String ended = leftovers.endStrays(asked.taskId());
                    LOG.log(Level.INFO, "ended by a person, of task {0}: {1}", asked.taskId(), ended);
                    return ended;
                }));
        return Future.succeededFuture();
    }

    /** One at a time, and none waits behind another. */
    private void sweep(Work round) {
        if (sweepWaits.compareAndSet(false, true)) {
            run(sweeping, "the sweep of spools and worktrees", () -> {
                sweepWaits.set(false);
                round.run();
                lastSweep = clock.instant();
            });
        }
    }

    /** Each thing is logged too, since the one who asked may be gone. */
    private Future<JsonObject> clean(Leftovers leftovers, boolean dryRun) {
        return asked(() -> {
            JsonArray done = new JsonArray();
            leftovers.clean(dryRun, one -> {
                done.add(one.toJson());
                // What was only looked at is the asker's answer, and nothing that has happened here.
                LOG.log(
                        dryRun ? Level.DEBUG : Level.INFO,
                        "clean-up: {0} {1}: {2}",
                        one.outcome(),
                        one.subject(),
                        one.text());
            });
            return new JsonObject().put("leftovers", done);
        });
    }

    private interface Answer<T> {
        T make() throws InterruptedException;
    }

    /** Behind whatever is being swept. */
    private <T> Future<T> asked(Answer<T> work) {
        Promise<T> answer = Promise.promise();
        if (sweeping.isShutdown()) {
            return Future.failedFuture(new MakimaException(ErrorCode.UNAVAILABLE, "the daemon ends", "Start it again"));
        }
        sweeping.execute(() -> {
            try {
                answer.complete(work.make());
            } catch (InterruptedException e) {
                answer.fail(new MakimaException(ErrorCode.UNAVAILABLE, "the daemon ended", "Start it again", e));
            } catch (RuntimeException e) {
                answer.fail(e);
            }
        });
        return answer.future();
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
                LOG.log(PassingTrouble.level(Level.WARNING, e), what + " failed", e);
            }
        });
    }

    @Override
    public Future<?> stop() {
        // It would go on until the wait below is over, and find no thread.
        vertx.cancelTimer(timer);
        cloning.shutdownNow();
        sweeping.shutdownNow();
        return vertx.executeBlocking(() -> cloning.awaitTermination(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                        && sweeping.awaitTermination(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS))
                // Nothing may keep the others from ending in their order.
                .otherwiseEmpty();
    }
}
