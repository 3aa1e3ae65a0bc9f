package dev.makima.daemon.task;

import dev.makima.base.TaskId;
import dev.makima.daemon.bus.ActiveTasks;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.run.Control;
import dev.makima.daemon.run.Run;
import dev.makima.daemon.run.RunServices;
import dev.makima.daemon.run.StopReason;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.protocol.TaskState;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.EventBus;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The runs in hand, one of a task at most: each has a thread from its beginning to its end, and each change of one is told
 * to the rest of the daemon. Runs begin and are ended on the task runner's context; what looks at them may be any thread.
 */
final class ActiveRuns {
    private static final System.Logger LOG = System.getLogger(ActiveRuns.class.getName());
    /** What a run whose thread was interrupted waits for is at most a git that is being ended. */
    private static final Duration LEAVES_WITHIN = Duration.ofSeconds(10);

    private final RunServices services;
    private final EventBus bus;
    /**
     * The pool of blocking workers, one for each run: as many as admission lets in and as were taken over. Vert.x's own
     * worker pool has a fixed size, and a task that was taken over beyond it would wait for a place while its agent works.
     */
    private final ExecutorService workers = Executors.newCachedThreadPool(
            Thread.ofPlatform().name("run-", 0).daemon().factory());

    private final Map<TaskId, Run> active = new ConcurrentHashMap<>();
    private final Map<Run, Future<?>> ends = new ConcurrentHashMap<>();
    private volatile boolean closing;

    ActiveRuns(RunServices services, EventBus bus) {
        this.services = services;
        this.bus = bus;
    }

    /** A run of the task whose changes will be told; it is not in hand before it begins. */
    Run make(TaskRecord task) {
        return new Run(services, task, this::tell);
    }

    /** The task's run, or null where it has none here. */
    @Nullable
    Run of(TaskId taskId) {
        return active.get(taskId);
    }

    /** All of them as they come and go. */
    Collection<Run> all() {
        return Collections.unmodifiableCollection(active.values());
    }

    /** What completes once the run's thread is through; null where it is already. */
    @Nullable
    Future<?> end(Run run) {
        return ends.get(run);
    }

    /** Takes back a run that never worked, on its thread. */
    void remove(Run run) {
        active.remove(run.record().taskId(), run);
    }

    /** From here on no task is to be taken, and the leases of runs that do not end are kept for the next daemon. */
    void closeSoon() {
        closing = true;
    }

    /** Whether {@link #closeSoon} was said. */
    boolean isClosing() {
        return closing;
    }

    /** Takes the run in hand until its work is through, which is done on a thread of its own. */
    void begin(Run run, Runnable work) {
        TaskId taskId = run.record().taskId();
        active.put(taskId, run);
        tell();
        Promise<Void> end = Promise.promise();
        ends.put(run, end.future());
        workers.execute(() -> {
            Thread.currentThread().setName("run-" + taskId.shortId());
            try {
                work.run();
            } finally {
                active.remove(taskId, run);
                ends.remove(run);
                if (run.isOver() || !closing) {
                    services.leases().end(run.record().runId());
                }
                tell();
                end.complete();
            }
        });
    }

    /** Says which tasks are active. One at a time, so that an older list never overtakes a newer one. Any thread. */
    synchronized void tell() {
        List<Run> live = active.values().stream()
                .filter(run -> !run.record().state().isTerminal())
                .toList();
        Map<TaskId, TaskState> states =
                live.stream().map(Run::record).collect(Collectors.toMap(TaskRecord::taskId, TaskRecord::state));
        List<ActiveTasks.Supervisor> supervisors =
                live.stream().map(Run::supervisor).flatMap(Optional::stream).toList();
        Addresses.ACTIVE_TASKS.publish(bus, new ActiveTasks(states, supervisors));
    }

    /**
     * Ends all runs. Completes when none works any more, or after a bounded time without those that do not end.
     *
     * @param stopAgents whether their agents are stopped, or go on for the next daemon
     */
    Future<?> close(boolean stopAgents) {
        closeSoon();
        active.values().forEach(run -> {
            if (stopAgents) {
                run.tell(new Control.Stop(StopReason.DAEMON_STOPS, true));
            } else {
                run.leave();
            }
        });
        return ended(services.timers().stopsWithin())
                .recover(_ -> {
                    LOG.log(Level.WARNING, "{0} runs do not end: they are left to the next daemon", active.size());
                    active.values().forEach(Run::leave);
                    return ended(LEAVES_WITHIN);
                })
                .otherwiseEmpty()
                .onComplete(_ -> workers.shutdown());
    }

    private Future<CompositeFuture> ended(Duration within) {
        return Future.join(List.copyOf(ends.values())).timeout(within.toMillis(), TimeUnit.MILLISECONDS);
    }
}
