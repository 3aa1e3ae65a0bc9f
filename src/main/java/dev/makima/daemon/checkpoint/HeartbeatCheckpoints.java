package dev.makima.daemon.checkpoint;

import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.git.Worktree;
import dev.makima.protocol.CheckpointCreated;
import dev.makima.protocol.TaskState;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * A round of checkpoints: one for each worktree in which a running task changed something.
 *
 * <p>Tasks that share a worktree share its checkpoints: what each of them did cannot be told apart there. They are
 * reported for the task whose worktree it is, as long as that one runs, else for one of the others.
 *
 * <p>{@link #round} is called by one thread at a time; the work is done on the workers.
 */
final class HeartbeatCheckpoints {
    private static final System.Logger LOG = System.getLogger(HeartbeatCheckpoints.class.getName());

    private final CheckpointMaker maker;
    private final StoreClient store;
    private final Clock clock;
    private final Executor workers;
    private final Set<Path> busy = ConcurrentHashMap.newKeySet();
    private final Set<TaskId> failing = ConcurrentHashMap.newKeySet();

    HeartbeatCheckpoints(CheckpointMaker maker, StoreClient store, Clock clock, Executor workers) {
        this.maker = maker;
        this.store = store;
        this.clock = clock;
        this.workers = workers;
    }

    /** Begins a checkpoint in each worktree of these tasks, but where the last round's is not done yet. */
    void round(Collection<TaskRecord> running) {
        oneForEachWorktree(running).forEach((path, task) -> {
            if (busy.add(path)) {
                try {
                    workers.execute(() -> make(path, task.taskId()));
                } catch (RejectedExecutionException e) {
                    // The daemon ends: the next one goes on.
                    busy.remove(path);
                }
            }
        });
    }

    /** Who reports for which worktree. Pure. */
    static Map<Path, TaskRecord> oneForEachWorktree(Collection<TaskRecord> tasks) {
        Map<Path, TaskRecord> chosen = new TreeMap<>();
        Comparator<TaskRecord> byRank = Comparator.comparing((TaskRecord task) -> !owns(task))
                .thenComparing(task -> task.taskId().toString());
        tasks.stream().sorted(byRank).forEach(task -> {
            if (task.worktree() != null) {
                chosen.putIfAbsent(task.worktree().path(), task);
            }
        });
        return chosen;
    }

    private static boolean owns(TaskRecord task) {
        return task.spawn().supervisorWorktreeTaskId() == null
                && task.worktree() != null
                && task.worktree().taskId().equals(task.taskId());
    }

    private void make(Path path, TaskId taskId) {
        try {
            Optional<TaskRecord> task = running(taskId);
            if (task.isPresent() && task.get().worktree() != null) {
                Worktree worktree = task.get().worktree();
                maker.inTurn(worktree, () -> report(taskId));
            }
        } catch (InterruptedException e) {
            // Only the daemon's end interrupts here.
            LOG.log(Level.DEBUG, "task {0}: a checkpoint was left to the next daemon", taskId);
        } catch (MakimaException e) {
            LOG.log(Level.WARNING, "task {0}: a checkpoint could not be reported: {1}", taskId, e.explain());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "task " + taskId + ": a checkpoint broke", e);
        } finally {
            busy.remove(path);
        }
    }

    /** Answers whether a checkpoint was made. */
    private boolean report(TaskId taskId) throws InterruptedException {
        // Asked in its turn: the task may have come to its end while this waited.
        Optional<TaskRecord> task = running(taskId);
        if (task.isEmpty()) {
            failing.remove(taskId);
            return false;
        }
        CheckpointCreated made = maker.make(
                task.get(), "[WIP] Heartbeat checkpoint - " + clock.instant().truncatedTo(ChronoUnit.SECONDS));
        if (made.success()) {
            failing.remove(taskId);
            // Calmly: a commit that nobody was told of is not told of later either, since nothing changes then.
            store.awaitRoom(new StoreRequest.AddEvents(List.of(Event.of(taskId, made))));
        } else if (made.error() != null && !CheckpointMaker.NO_CHANGES.equals(made.error())) {
            // Once, until it works again: a merge in progress is one as well, and may take hours.
            LOG.log(
                    failing.add(taskId) ? Level.WARNING : Level.DEBUG,
                    "task {0}: no checkpoint was made: {1}",
                    taskId,
                    made.error());
        }
        return made.success();
    }

    private Optional<TaskRecord> running(TaskId taskId) throws InterruptedException {
        return store.await(new StoreRequest.FindTask(taskId)).filter(task -> task.state() == TaskState.RUNNING);
    }
}
