package dev.makima.daemon.checkpoint;

import dev.makima.base.PassingTrouble;
import dev.makima.base.TaskId;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.bus.ActiveTasks;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.protocol.TaskState;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Makes checkpoints of the running tasks by the clock, every {@code process.heartbeatCommitIntervalSecs}; with 0 it does
 * nothing.
 *
 * <p>A shell around {@link HeartbeatCheckpoints}. Git runs on a few threads of its own: a task whose git is slow holds up
 * none of the others, and patches of at most so many tasks are in memory at a time.
 */
public final class CheckpointVerticle extends VerticleBase {
    private static final System.Logger LOG = System.getLogger(CheckpointVerticle.class.getName());
    private static final int WORKERS = 4;
    /** A git that is told to end does so in less. */
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);

    private final Duration interval;
    private final CheckpointMaker maker;
    private final Clock clock;
    private final Promise<Void> ended;
    private final ExecutorService workers = workers();
    private ActiveTasks active = ActiveTasks.NONE;

    /**
     * Checkpoints by this maker.
     *
     * @param ended completed when no checkpoint is being made any more
     */
    public CheckpointVerticle(DaemonConfig config, CheckpointMaker maker, Clock clock, Promise<Void> ended) {
        this.interval = config.process().heartbeatCommitInterval();
        this.maker = maker;
        this.clock = clock;
        this.ended = ended;
    }

    private static ExecutorService workers() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                WORKERS,
                WORKERS,
                1,
                TimeUnit.MINUTES,
                // Holds at most one entry per worktree of a running task.
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("checkpoint-", 0).factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    @Override
    public Future<?> start() {
        if (interval.isZero()) {
            return Future.succeededFuture();
        }
        StoreClient store = new StoreClient(vertx.eventBus());
        HeartbeatCheckpoints heartbeats = new HeartbeatCheckpoints(maker, store, clock, workers);
        Addresses.ACTIVE_TASKS.consume(vertx.eventBus(), tasks -> active = tasks);
        vertx.setPeriodic(
                Math.max(1, interval.toMillis()),
                _ -> running(store)
                        .onSuccess(heartbeats::round)
                        .onFailure(e -> LOG.log(
                                PassingTrouble.level(Level.ERROR, e),
                                "the tasks to make checkpoints of cannot be read",
                                e)));
        return Future.succeededFuture();
    }

    private Future<List<TaskRecord>> running(StoreClient store) {
        List<Future<Optional<TaskRecord>>> found = active.states().entrySet().stream()
                .filter(task -> task.getValue() == TaskState.RUNNING)
                .map(task -> find(store, task.getKey()))
                .toList();
        return Future.all(found)
                .map(all -> all.<Optional<TaskRecord>>list().stream()
                        .flatMap(Optional::stream)
                        .toList());
    }

    private static Future<Optional<TaskRecord>> find(StoreClient store, TaskId taskId) {
        return store.ask(new StoreRequest.FindTask(taskId));
    }

    /** What is under way is broken off: the next daemon makes it again. */
    @Override
    public Future<?> stop() {
        workers.shutdownNow();
        return vertx.executeBlocking(() -> workers.awaitTermination(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS))
                .onComplete(_ -> ended.tryComplete());
    }
}
