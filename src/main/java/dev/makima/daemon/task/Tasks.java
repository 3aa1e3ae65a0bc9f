package dev.makima.daemon.task;

import dev.makima.base.FullDiskException;
import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.config.DaemonConfig.Shutdown;
import dev.makima.daemon.bus.ActiveTasks;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.Command;
import dev.makima.daemon.bus.PassingFrame;
import dev.makima.daemon.bus.RestartAsked;
import dev.makima.daemon.bus.TasksStatus;
import dev.makima.daemon.run.Control;
import dev.makima.daemon.run.Run;
import dev.makima.daemon.run.RunServices;
import dev.makima.daemon.run.StopReason;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.protocol.CleanupWorktree;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.InjectSiblingContext;
import dev.makima.protocol.InterruptTask;
import dev.makima.protocol.PauseTask;
import dev.makima.protocol.RestartDaemon;
import dev.makima.protocol.ResumeTask;
import dev.makima.protocol.SendMessage;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskOutput;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.EventBus;
import java.lang.System.Logger.Level;
import java.time.Duration;
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
 * The tasks this daemon has in hand: who gets in, which run each command is for, and what is told of them.
 *
 * <p>Commands come on the task runner's context; runs tell of their changes from their own threads.
 */
final class Tasks {
    private static final System.Logger LOG = System.getLogger(Tasks.class.getName());
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

    private final Admission admission;
    private final Preflight preflight;
    private final SpoolQuota quota;
    private final Refusals refusals;
    private final HeldTasks held = new HeldTasks();
    private final LeaseWatch leaseWatch;
    private volatile boolean closing;
    private volatile boolean draining;
    private final Map<TaskId, Run> active = new ConcurrentHashMap<>();
    private final Map<Run, Future<?>> ends = new ConcurrentHashMap<>();

    Tasks(RunServices services, EventBus bus) {
        this.services = services;
        this.bus = bus;
        this.admission = new Admission(services.config().process());
        this.preflight = new Preflight(services.config());
        this.quota = new SpoolQuota(services);
        this.refusals = new Refusals(services.store(), this::pass);
        this.leaseWatch =
                new LeaseWatch(services.leases(), services.config().lease().onExpiry());
    }

    /** Carries out one command about a run, and hands on every other. Never throws. */
    void obey(Command command) {
        switch (command.frame()) {
            case SpawnTask spawn -> spawn(spawn);
            case InterruptTask it ->
                tell(it.taskId(), new Control.Stop(StopReason.INTERRUPTED, it.graceful()), "be interrupted");
            case PauseTask it -> tell(it.taskId(), new Control.Pause(), "be paused");
            case ResumeTask it -> tell(it.taskId(), new Control.Resume(), "be resumed");
            case SendMessage it -> tell(it.taskId(), new Control.Deliver(it.message()), "take a message");
            case InjectSiblingContext it ->
                tell(it.taskId(), new Control.Deliver(SiblingNote.text(it)), "take a note about a sibling");
            case RestartDaemon _ -> restart();
            case CleanupWorktree it -> {
                held.hold(it.taskId());
                Addresses.WORKTREE_COMMAND.send(bus, command);
            }
            case ServerFrame _ -> Addresses.WORKTREE_COMMAND.send(bus, command);
        }
    }

    /** From here on no task is taken that the next daemon would find half set up. */
    private void restart() {
        LOG.log(Level.INFO, "the server asks for a restart");
        closing = true;
        Addresses.RESTART.send(bus, new RestartAsked());
    }

    /** See {@link Addresses#DRAIN}. */
    void drain() {
        draining = true;
    }

    /** What is in hand; looks at the disk. Any thread. */
    TasksStatus status() {
        return new TasksStatus(
                draining,
                services.config().process().maxConcurrentTasks(),
                active.values().stream()
                        .map(run -> TaskLines.of(services, run.record()))
                        .toList());
    }

    /** See {@link Addresses#END_TASK}. */
    Future<Boolean> end(TaskId taskId) {
        @Nullable Run run = active.get(taskId);
        @Nullable Future<?> end = run == null ? null : ends.get(run);
        if (run == null || end == null) {
            return Future.succeededFuture(false);
        }
        run.tell(new Control.Stop(StopReason.INTERRUPTED, false));
        return end.map(true);
    }

    /** See {@link Addresses#RELEASE_TASK}. */
    void release(TaskId taskId) {
        held.release(taskId).ifPresent(this::spawn);
    }

    /** See {@link Addresses#HOLD_TASK}. */
    boolean holdIdle(TaskId taskId) {
        boolean idle = !active.containsKey(taskId);
        if (idle) {
            held.hold(taskId);
        }
        return idle;
    }

    private void spawn(SpawnTask spawn) {
        if (held.keep(spawn)) {
            return;
        }
        if (closing) {
            refusals.tell(spawn, Refusal.stopping("this daemon is about to stop"));
            return;
        }
        @Nullable Run running = active.get(spawn.taskId());
        // One that has just told its end may be started again before its thread is through.
        if (running != null
                && !running.isOver()
                && !replaces(spawn, running.record().spawn())) {
            if (spawn.fence() != null) {
                new Renewed(services, this::pass).again(spawn, spawn.fence(), running);
                return;
            }
            TaskState state = running.record().state();
            pass(TaskStatusChange.of(spawn.taskId(), state, state));
            running.tell(new Control.Say(
                    "The task was to be started again, but it is " + state.wire() + " on this daemon: it goes on."));
            return;
        }
        if (draining) {
            refusals.tell(spawn, Refusal.stopping("this daemon takes no new tasks and ends with its last one"));
            return;
        }
        List<SpawnTask> others = active.values().stream()
                .filter(run -> !run.isOver())
                .map(Run::record)
                .filter(task -> !task.taskId().equals(spawn.taskId()))
                // It has no agent, and gave its place to others. Its message starts it whatever the limit: it is what
                // the others wait for.
                .filter(task -> !task.waits() && !services.leases().awaitsWord(task.runId()))
                .map(TaskRecord::spawn)
                .toList();
        Optional<Refusal> refusal = admission.refuse(spawn, others);
        if (refusal.isPresent()) {
            refusals.tell(spawn, refusal.get());
            return;
        }
        TaskRecord task = TaskRecord.admitted(spawn, new RunId(services.ids().get()));
        Renewed.grant(services.leases(), spawn, task.runId());
        Run run = new Run(services, task, () -> tellActive());
        // What its agent had of the machine is free when it ends.
        boolean asked = running == null || running.isOver();
        Future<?> free = running == null ? Future.succeededFuture() : endOf(running);
        begin(run, () -> enter(spawn, run, free, asked));
    }

    /** On the run's thread, since it looks at the disk; what the task is told meanwhile waits for it there. */
    private void enter(SpawnTask spawn, Run run, Future<?> free, boolean asked) {
        try {
            Optional<Refusal> low = asked ? lacking() : Optional.empty();
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

    private Optional<Refusal> lacking() throws InterruptedException {
        Optional<Refusal> machine = preflight.refuse();
        return machine.isPresent() ? machine : quota.refuse();
    }

    private void refuse(SpawnTask spawn, Run run, Refusal refusal) {
        LOG.log(Level.WARNING, "task {0} is refused: {1}", spawn.taskId(), refusal.message());
        run.abandon();
        active.remove(spawn.taskId(), run);
        refusals.tell(spawn, refusal);
    }

    /** A supervisor may be started anew at any time, to go on with its conversation. */
    private static boolean replaces(SpawnTask spawn, SpawnTask running) {
        return spawn.isSupervisor() && running.isSupervisor() && spawn.resumeSession();
    }

    /** Two runs of a task never work at once; the older one, where it is not at its end, is ended. */
    private Future<?> endOf(Run running) {
        if (!running.isOver()) {
            running.tell(new Control.Say("The task is started again: this run of it ends."));
            running.tell(new Control.Stop(StopReason.INTERRUPTED, true));
        }
        return ends.getOrDefault(running, Future.succeededFuture());
    }

    private void begin(Run run, Runnable work) {
        TaskId taskId = run.record().taskId();
        active.put(taskId, run);
        tellActive();
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
                tellActive();
                end.complete();
            }
        });
    }

    private void tell(TaskId taskId, Control control, String what) {
        @Nullable Run run = active.get(taskId);
        switch (run == null ? Run.Told.TOO_LATE : run.tell(control)) {
            case TAKEN -> {}
            case TOO_LATE -> line(taskId, "The task cannot " + what + ": it is not running on this daemon.");
            case TOO_MUCH -> line(taskId, "The task cannot " + what + ": too much is waiting for it already.");
        }
    }

    /** A line about a task that has no run here to say it. */
    private void line(TaskId taskId, String text) {
        pass(new TaskOutput(taskId, text, false));
    }

    private void pass(DaemonFrame frame) {
        Addresses.PASSING_FRAME.send(bus, new PassingFrame(frame));
    }

    /** One at a time, so that an older list never overtakes a newer one. Any thread. */
    synchronized void tellActive() {
        List<Run> live = active.values().stream()
                .filter(run -> !run.record().state().isTerminal())
                .toList();
        Map<TaskId, TaskState> states =
                live.stream().map(Run::record).collect(Collectors.toMap(TaskRecord::taskId, TaskRecord::state));
        List<ActiveTasks.Supervisor> supervisors =
                live.stream().map(Run::supervisor).flatMap(Optional::stream).toList();
        Addresses.ACTIVE_TASKS.publish(bus, new ActiveTasks(states, supervisors));
    }

    /** Looks whether the working directories of all active tasks are there; blocks for a moment. */
    void checkWorktrees() {
        active.values().forEach(WorktreeHealth::check);
    }

    /** Takes up the leases that an earlier daemon left; to be done before {@link #recover}. */
    Future<?> findLeases() {
        return services.store().ask(new StoreRequest.FindLeases()).onSuccess(services.leases()::restore);
    }

    /** Does what the leases ask for, and keeps what has changed of them. */
    void lookAtLeases() {
        leaseWatch.look(active.values());
        StoreRequest.SaveLeases changes = new StoreRequest.SaveLeases(
                services.leases().unsaved(), services.leases().ended());
        if (!changes.changed().isEmpty() || !changes.ended().isEmpty()) {
            services.store().ask(changes).onFailure(e -> {
                services.leases().notSaved(changes.changed(), changes.ended());
                LOG.log(FullDiskException.level(Level.ERROR, e), "the leases of tasks could not be saved", e);
            });
        }
    }

    /** Finds out what became of the tasks that an earlier daemon had in hand; completes when each is placed. */
    Future<?> recover() {
        return hideSecrets()
                .compose(_ -> services.agents().hideKeys())
                .compose(_ -> services.store().ask(new StoreRequest.UnfinishedTasks()))
                .compose(tasks -> {
                    List<Future<?>> placed =
                            tasks.stream().<Future<?>>map(this::recover).toList();
                    return Future.join(placed);
                });
    }

    /** Output of tasks that are over may still be on its way. */
    private Future<?> hideSecrets() {
        return services.store()
                .ask(new StoreRequest.OpenRuns())
                .compose(runs -> Future.join(runs.stream()
                        .map(run -> services.store()
                                .ask(new StoreRequest.FindTask(run.taskId()))
                                .onSuccess(task -> task.ifPresent(known -> Run.hide(services, known))))
                        .toList()));
    }

    private Future<?> recover(TaskRecord task) {
        if (task.launches() > 0) {
            Run run = new Run(services, task, this::tellActive);
            begin(run, run::takeOver);
            return Future.succeededFuture();
        }
        LOG.log(Level.WARNING, "task {0} was being set up when its daemon ended: it is given back", task.taskId());
        services.leases().end(task.runId());
        return Run.giveBack(services, task).<Void>mapEmpty().recover(failure -> {
            if (!FullDiskException.isBehind(failure)) {
                return Future.failedFuture(failure);
            }
            Run run = new Run(services, task, this::tellActive);
            begin(run, run::giveBackWithRoom);
            return Future.succeededFuture();
        });
    }

    /**
     * Ends all runs: their agents go on or are stopped, as configured. Completes when no run works any more, or after a
     * bounded time without those that do not end.
     */
    Future<?> close(Shutdown.Agents agents) {
        closing = true;
        // What a drained daemon has left is supervisors without an agent: the next daemon's.
        boolean drained = draining
                && active.values().stream().allMatch(run -> run.record().waits());
        active.values().forEach(run -> {
            if (agents == Shutdown.Agents.STOP && !drained) {
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
