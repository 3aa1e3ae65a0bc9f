package dev.makima.daemon.task;

import dev.makima.base.PassingTrouble;
import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.daemon.lease.Standing;
import dev.makima.daemon.run.Control;
import dev.makima.daemon.run.Run;
import dev.makima.daemon.run.RunServices;
import dev.makima.daemon.run.StopReason;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import io.vertx.core.Future;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks get in: takes what the server hands over, begins its run, or refuses it. Used on the task runner's context.
 */
final class Spawns {
    private static final System.Logger LOG = System.getLogger(Spawns.class.getName());

    private final RunServices services;
    private final ActiveRuns runs;
    private final Admission admission;
    private final Preflight preflight;
    private final SpoolQuota quota;
    private final Refusals refusals;
    private final Renewed renewed;
    private final HeldTasks held = new HeldTasks();
    private volatile boolean draining;

    Spawns(RunServices services, ActiveRuns runs) {
        this.services = services;
        this.runs = runs;
        this.admission = new Admission(services.config().process());
        this.preflight = new Preflight(services.config());
        this.quota = new SpoolQuota(services);
        this.refusals = new Refusals(services.store(), services.passing());
        this.renewed = new Renewed(services);
    }

    /** From here on tasks that are active go on, and no other is taken. */
    void drain() {
        draining = true;
    }

    /** Whether {@link #drain} was said. Any thread. */
    boolean isDraining() {
        return draining;
    }

    /** From here on what is handed over of the task waits. */
    void hold(TaskId taskId) {
        held.hold(taskId);
    }

    /** As often as it was held: what was handed over meanwhile is taken up. */
    void release(TaskId taskId) {
        held.release(taskId).ifPresent(this::take);
    }

    /** Begins the task, goes on with its run, lets it wait, or refuses it. */
    void take(SpawnTask spawn) {
        if (held.keep(spawn)) {
            return;
        }
        if (runs.isClosing()) {
            refusals.tell(spawn, Refusal.stopping("this daemon is about to stop"));
            return;
        }
        @Nullable Run running = runs.of(spawn.taskId());
        // One that has just told its end may be started again before its thread is through.
        if (running != null
                && !running.isOver()
                && !replaces(spawn, running.record().spawn())
                && !isFenced(running)) {
            goesOn(spawn, running);
            return;
        }
        if (draining) {
            refusals.tell(spawn, Refusal.stopping("this daemon takes no new tasks and ends with its last one"));
            return;
        }
        Optional<Refusal> refusal = admission.refuse(spawn, besides(spawn.taskId()));
        if (refusal.isPresent()) {
            refusals.tell(spawn, refusal.get());
            return;
        }
        begin(spawn, running);
    }

    private void goesOn(SpawnTask spawn, Run running) {
        if (spawn.fence() != null) {
            renewed.again(spawn, spawn.fence(), running);
            return;
        }
        TaskState state = running.told();
        services.passing().accept(TaskStatusChange.of(spawn.taskId(), state, state));
        running.tell(new Control.Say(
                "The task was to be started again, but it is " + state.wire() + " on this daemon: it goes on."));
    }

    /** The other tasks that take up a place. */
    private List<SpawnTask> besides(TaskId taskId) {
        return runs.all().stream()
                .filter(run -> !run.isOver())
                .map(Run::record)
                .filter(task -> !task.taskId().equals(taskId))
                // It has no agent, and gave its place to others. Its message starts it whatever the limit: it is what
                // the others wait for.
                .filter(task -> !task.waits() && !services.leases().awaitsWord(task.runId()))
                .map(TaskRecord::spawn)
                .toList();
    }

    private void begin(SpawnTask spawn, @Nullable Run before) {
        TaskRecord task = TaskRecord.admitted(spawn, new RunId(services.ids().get()));
        Renewed.grant(services.leases(), spawn, task.runId());
        Run run = runs.make(task);
        // What its agent had of the machine is free when it ends.
        boolean asked = before == null || before.isOver();
        Future<?> free = before == null ? Future.succeededFuture() : endOf(before);
        runs.begin(run, () -> enter(spawn, run, free, asked));
    }

    /** On the run's thread, since it looks at the disk; what the task is told meanwhile waits for it there. */
    private void enter(SpawnTask spawn, Run run, Future<?> free, boolean asked) {
        try {
            Optional<Refusal> low = obstacle(spawn, asked);
            if (low.isEmpty()) {
                low = run.start(free).map(Refusal::noRoom);
            }
            low.ifPresent(refusal -> refuse(spawn, run, refusal));
        } catch (InterruptedException e) {
            // The daemon ends, and nothing of the task is saved: the server hears from the next one that it is not
            // there.
            run.abandon();
        }
    }

    /** Its branch, its run and its words may be those of another hand-over: the server counts on from an older state. */
    private Optional<Refusal> used(SpawnTask spawn) throws InterruptedException {
        @Nullable Long fence = spawn.fence();
        if (fence == null || fence <= 0) {
            return Optional.empty();
        }
        long last = services.store().await(new StoreRequest.FindFence(spawn.taskId()));
        return fence > last
                ? Optional.empty()
                : Optional.of(Refusal.used("hand-over " + fence + " of the task was this daemon's before, up to " + last
                        + ": the server's database is an older copy, and its next number will do"));
    }

    /** What cannot be found out is no reason: a task that nobody answers for would be waited for. */
    private Optional<Refusal> obstacle(SpawnTask spawn, boolean asked) throws InterruptedException {
        try {
            Optional<Refusal> used = used(spawn);
            if (used.isPresent() || !asked) {
                return used;
            }
            Optional<Refusal> machine = preflight.refuse();
            return machine.isPresent() ? machine : quota.refuse();
        } catch (RuntimeException e) {
            LOG.log(
                    PassingTrouble.level(Level.WARNING, e),
                    "whether another task may be taken cannot be found out: it is taken",
                    e);
            return Optional.empty();
        }
    }

    private void refuse(SpawnTask spawn, Run run, Refusal refusal) {
        LOG.log(Level.WARNING, "task {0} is refused: {1}", spawn.taskId(), refusal.message());
        run.abandon();
        runs.remove(run);
        refusals.tell(spawn, refusal);
    }

    /** A supervisor may be started anew at any time, to go on with its conversation. */
    private static boolean replaces(SpawnTask spawn, SpawnTask running) {
        return spawn.isSupervisor() && running.isSupervisor() && spawn.resumeSession();
    }

    /** It was another daemon's since: what is left of this run is at its end, and knows nothing of what the other did. */
    private boolean isFenced(Run running) {
        return services.leases().standing(running.record().runId()) == Standing.FENCED;
    }

    /** Two runs of a task never work at once; the older one, where it is not at its end, is ended. */
    private Future<?> endOf(Run running) {
        if (!running.isOver()) {
            running.tell(new Control.Say("The task is started again: this run of it ends."));
            running.tell(new Control.Stop(StopReason.INTERRUPTED, true));
        }
        return Objects.requireNonNullElse(runs.end(running), Future.succeededFuture());
    }
}
