package dev.makima.daemon.task;

import dev.makima.base.TaskId;
import dev.makima.config.DaemonConfig.Shutdown;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.Command;
import dev.makima.daemon.bus.RestartAsked;
import dev.makima.daemon.bus.TasksStatus;
import dev.makima.daemon.run.Control;
import dev.makima.daemon.run.Run;
import dev.makima.daemon.run.RunServices;
import dev.makima.daemon.run.StopReason;
import dev.makima.daemon.run.Told;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.protocol.CleanupWorktree;
import dev.makima.protocol.InjectSiblingContext;
import dev.makima.protocol.InterruptTask;
import dev.makima.protocol.PauseTask;
import dev.makima.protocol.RestartDaemon;
import dev.makima.protocol.ResumeTask;
import dev.makima.protocol.SendMessage;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskOutput;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tasks this daemon has in hand, as the rest of it asks for them: which of its parts, or which run, each command is
 * for. Who gets in is the matter of {@link Spawns}, what an earlier daemon left that of {@link EarlierTasks}; the runs are
 * in {@link ActiveRuns}.
 *
 * <p>To be used on the task runner's context, where nothing else is said.
 */
final class Tasks {
    private static final System.Logger LOG = System.getLogger(Tasks.class.getName());

    private final RunServices services;
    private final EventBus bus;
    private final ActiveRuns runs;
    private final Spawns spawns;
    private final EarlierTasks earlier;
    private final LeaseWatch leaseWatch;

    Tasks(RunServices services, EventBus bus) {
        this.services = services;
        this.bus = bus;
        this.runs = new ActiveRuns(services, bus);
        this.spawns = new Spawns(services, runs);
        this.earlier = new EarlierTasks(services, runs);
        this.leaseWatch = new LeaseWatch(services);
    }

    /** Carries out one command about a run, and hands on every other. Never throws. */
    void obey(Command command) {
        switch (command.frame()) {
            case SpawnTask spawn -> spawns.take(spawn);
            case InterruptTask it -> interrupt(it);
            case PauseTask it -> tell(it.taskId(), new Control.Pause(), "be paused");
            case ResumeTask it -> tell(it.taskId(), new Control.Resume(), "be resumed");
            case SendMessage it -> message(it);
            case InjectSiblingContext it ->
                tell(it.taskId(), new Control.Deliver(SiblingNote.text(it)), "take a note about a sibling");
            case RestartDaemon _ -> restart();
            case CleanupWorktree it -> {
                spawns.hold(it.taskId());
                Addresses.WORKTREE_COMMAND.send(bus, command);
            }
            case ServerFrame _ -> Addresses.WORKTREE_COMMAND.send(bus, command);
        }
    }

    /** One that is over is as asked, and its end was told: somebody who asks twice is no mistake worth a line. */
    private void interrupt(InterruptTask it) {
        Control stop = new Control.Stop(StopReason.INTERRUPTED, it.graceful());
        @Nullable Run run = runs.of(it.taskId());
        if (run != null) {
            // It always has room for one, and where it is too late for that the run is about to be over.
            run.tell(stop);
            return;
        }
        services.store().ask(new StoreRequest.FindTask(it.taskId())).onComplete(found -> {
            boolean over = found.succeeded()
                    && found.result().filter(task -> task.state().isTerminal()).isPresent();
            // It may have begun meanwhile.
            if (!over || runs.of(it.taskId()) != null) {
                tell(it.taskId(), stop, "be interrupted");
            }
        });
    }

    /** From here on no task is taken that the next daemon would find half set up. */
    private void restart() {
        LOG.log(Level.INFO, "the server asks for a restart");
        runs.closeSoon();
        Addresses.RESTART.send(bus, new RestartAsked());
    }

    /** See {@link Addresses#DRAIN}. */
    void drain() {
        spawns.drain();
    }

    /** What is in hand; looks at the disk. Any thread. */
    TasksStatus status() {
        return new TasksStatus(
                spawns.isDraining(),
                services.config().process().maxConcurrentTasks(),
                runs.all().stream()
                        .map(run -> TaskLines.of(services, run.record()))
                        .toList());
    }

    /** See {@link Addresses#END_TASK}. */
    Future<Boolean> end(TaskId taskId) {
        @Nullable Run run = runs.of(taskId);
        @Nullable Future<?> end = run == null ? null : runs.end(run);
        if (run == null || end == null) {
            return Future.succeededFuture(false);
        }
        run.tell(new Control.Stop(StopReason.INTERRUPTED, false));
        return end.map(true);
    }

    /** See {@link Addresses#STOP_TASK}. */
    Future<Boolean> stop(TaskId taskId) {
        @Nullable Run run = runs.of(taskId);
        @Nullable Future<?> end = run == null ? null : runs.end(run);
        if (run == null || end == null) {
            return Future.succeededFuture(false);
        }
        LOG.log(Level.WARNING, "task {0} is ended by a person at this machine", taskId);
        run.tell(new Control.Say("The task is ended by a person at this machine; its work is kept."));
        run.tell(new Control.Stop(StopReason.INTERRUPTED, true));
        // Work that is done may wait for a server that does not know it.
        services.leases().stopHere(run.record().runId());
        return end.map(true);
    }

    /** See {@link Addresses#RELEASE_TASK}. */
    void release(TaskId taskId) {
        spawns.release(taskId);
    }

    /** See {@link Addresses#HOLD_TASK}. */
    boolean holdIdle(TaskId taskId) {
        boolean idle = runs.of(taskId) == null;
        if (idle) {
            spawns.hold(taskId);
        }
        return idle;
    }

    /** A code is for nobody but the login: what is told to an agent is kept, and shown. */
    private void message(SendMessage it) {
        Optional<String> code = it.loginCode();
        if (code.isEmpty()) {
            tell(it.taskId(), new Control.Deliver(it.message()), "take a message");
        } else if (!services.logins().code(it.taskId(), code.get())) {
            line(it.taskId(), "The task waits for no login: the code was not used.");
        }
    }

    private void tell(TaskId taskId, Control control, String what) {
        @Nullable Run run = runs.of(taskId);
        switch (run == null ? Told.TOO_LATE : run.tell(control)) {
            case TAKEN -> {}
            case TOO_LATE -> line(taskId, "The task cannot " + what + ": it is not running on this daemon.");
            case TOO_MUCH -> line(taskId, "The task cannot " + what + ": too much is waiting for it already.");
        }
    }

    /** A line about a task that has no run here to say it. */
    private void line(TaskId taskId, String text) {
        services.passing().accept(new TaskOutput(taskId, text, false));
    }

    /** Says which tasks are active. Any thread. */
    void tellActive() {
        runs.tell();
    }

    /** Looks whether the working directories of all active tasks are there; blocks for a moment. */
    void checkWorktrees() {
        runs.all().forEach(WorktreeHealth::check);
    }

    /** Finds out what became of the tasks that an earlier daemon had in hand; completes when each is placed. */
    Future<?> recover() {
        return leaseWatch.restore().compose(_ -> earlier.recover());
    }

    /** Does what the leases ask for, and keeps what has changed of them. */
    void lookAtLeases() {
        leaseWatch.look(runs.all());
    }

    /**
     * Ends all runs: their agents go on or are stopped, as configured. Completes when no run works any more, or after a
     * bounded time without those that do not end.
     */
    Future<?> close(Shutdown.Agents agents) {
        runs.closeSoon();
        // What a drained daemon has left is supervisors without an agent: the next daemon's.
        boolean drained = spawns.isDraining()
                && runs.all().stream().allMatch(run -> run.record().waits());
        boolean stops = agents == Shutdown.Agents.STOP && !drained;
        LOG.log(
                Level.INFO,
                Farewell.of(
                        runs.all().stream()
                                .filter(run -> !run.isOver())
                                .map(run -> run.record().taskId())
                                .toList(),
                        stops,
                        !services.leases().runs().isEmpty()));
        return runs.close(stops);
    }
}
