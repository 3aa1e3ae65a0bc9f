package dev.makima.daemon.checkpoint;

import dev.makima.base.MakimaException;
import dev.makima.config.DaemonConfig;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.Worktree;
import dev.makima.protocol.CheckpointCreated;
import dev.makima.protocol.TaskState;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The last checkpoint of a run that was interrupted, once none of its processes is left, and before anybody hears of its
 * end. Only where heartbeat checkpoints are on.
 */
public final class InterruptCheckpoint {
    private static final System.Logger LOG = System.getLogger(InterruptCheckpoint.class.getName());
    /** Who interrupts waits for it, and a daemon that stops gives its runs 30 s. */
    private static final Duration LIMIT_DEFAULT = Duration.ofSeconds(20);

    private final boolean wanted;
    private final CheckpointMaker maker;
    private final StoreClient store;
    private final Clock clock;
    private final Duration limit;

    /** Checkpoints by this maker, each in 20 s at most. */
    public InterruptCheckpoint(DaemonConfig config, CheckpointMaker maker, StoreClient store, Clock clock) {
        this(config, maker, store, clock, LIMIT_DEFAULT);
    }

    InterruptCheckpoint(DaemonConfig config, CheckpointMaker maker, StoreClient store, Clock clock, Duration limit) {
        this.wanted = !config.process().heartbeatCommitInterval().isZero();
        this.maker = maker;
        this.store = store;
        this.clock = clock;
        this.limit = limit;
    }

    /**
     * Makes the checkpoint and puts its event into the outbox, if the run's end is an interrupt and there is something to
     * save. Blocks for a bounded time, and fails for nothing: an interrupt takes effect whatever git does.
     *
     * @param end the state that the task is about to reach
     * @param say takes lines for the task's output
     * @throws InterruptedException where the calling thread was interrupted
     */
    public void make(TaskState end, TaskRecord task, Consumer<String> say) throws InterruptedException {
        @Nullable Worktree worktree = task.worktree();
        if (!wanted || end != TaskState.INTERRUPTED || worktree == null) {
            return;
        }
        FutureTask<String> work = new FutureTask<>(() -> saved(task, worktree));
        // A thread of its own, since git has many calls, each with a limit of its own.
        Thread.ofPlatform()
                .daemon()
                .name("checkpoint-" + task.taskId().shortId())
                .start(work);
        try {
            String line = work.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (!line.isEmpty()) {
                say.accept(line);
            }
        } catch (TimeoutException e) {
            say.accept("No checkpoint was made at the interrupt: git took longer than " + limit.toSeconds() + " s.");
        } catch (ExecutionException e) {
            String why = e.getCause() instanceof MakimaException known ? known.explain() : String.valueOf(e.getCause());
            LOG.log(Level.ERROR, "task {0}: no checkpoint at its interrupt: {1}", task.taskId(), why);
            say.accept("No checkpoint was made at the interrupt: " + why);
        } finally {
            work.cancel(true);
        }
    }

    /** Also waits for a checkpoint under way, so that its event is not told behind the end. */
    private String saved(TaskRecord task, Worktree worktree) throws InterruptedException {
        return maker.inTurn(worktree, () -> {
            CheckpointCreated made = maker.make(
                    task,
                    "[WIP] Checkpoint at the interrupt - " + clock.instant().truncatedTo(ChronoUnit.SECONDS));
            if (made.success()) {
                store.awaitRoom(new StoreRequest.AddEvents(List.of(Event.of(task.taskId(), made))));
                return "The work so far is kept in checkpoint " + made.commitSha() + ".";
            }
            return CheckpointMaker.NO_CHANGES.equals(made.error())
                    ? ""
                    : "No checkpoint was made at the interrupt: " + made.error();
        });
    }
}
