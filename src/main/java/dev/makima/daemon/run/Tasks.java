package dev.makima.daemon.run;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.config.DaemonConfig.Shutdown;
import dev.makima.daemon.bus.ActiveTasks;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.PassingFrame;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.protocol.CommandFrame;
import dev.makima.protocol.InjectSiblingContext;
import dev.makima.protocol.InterruptTask;
import dev.makima.protocol.PauseTask;
import dev.makima.protocol.ResumeTask;
import dev.makima.protocol.SendMessage;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskFrame;
import dev.makima.protocol.TaskOutput;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.eventbus.EventBus;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tasks this daemon has in hand: who gets in, which run each command is for, and what is told of them.
 *
 * <p>Commands come on the task runner's context; runs tell of their changes from their own threads.
 */
final class Tasks {
    private static final System.Logger LOG = System.getLogger(Tasks.class.getName());

    private final RunServices services;
    private final EventBus bus;
    private final WorkerExecutor pool;
    private final Admission admission;
    private final Map<TaskId, Run> active = new ConcurrentHashMap<>();
    private final Map<TaskId, Future<?>> ends = new ConcurrentHashMap<>();

    Tasks(RunServices services, EventBus bus, WorkerExecutor pool) {
        this.services = services;
        this.bus = bus;
        this.pool = pool;
        this.admission = new Admission(services.config().process());
    }

    /** Carries out one command, or answers that it cannot. Never throws. */
    void obey(ServerFrame frame) {
        switch (frame) {
            case SpawnTask spawn -> spawn(spawn);
            case InterruptTask it ->
                tell(it.taskId(), new Control.Stop(StopReason.INTERRUPTED, it.graceful()), "be interrupted");
            case PauseTask it -> tell(it.taskId(), new Control.Pause(), "be paused");
            case ResumeTask it -> tell(it.taskId(), new Control.Resume(), "be resumed");
            case SendMessage it -> tell(it.taskId(), new Control.Deliver(it.message()), "take a message");
            case InjectSiblingContext it ->
                tell(it.taskId(), new Control.Deliver(SiblingNote.text(it)), "take a note about a sibling");
            case CommandFrame command -> refuse(command);
            case ServerFrame other ->
                LOG.log(
                        Level.WARNING,
                        "this daemon cannot do that yet: {0}",
                        other.getClass().getSimpleName());
        }
    }

    private void spawn(SpawnTask spawn) {
        @Nullable Run running = active.get(spawn.taskId());
        if (running != null) {
            TaskState state = running.record().state();
            pass(TaskStatusChange.of(spawn.taskId(), state, state));
            running.tell(new Control.Say(
                    "The task was to be started again, but it is " + state.wire() + " on this daemon: it goes on."));
            return;
        }
        List<SpawnTask> others =
                active.values().stream().map(run -> run.record().spawn()).toList();
        Optional<Admission.Refusal> refusal = admission.refuse(spawn, others);
        if (refusal.isPresent()) {
            refuse(spawn, refusal.get());
            return;
        }
        Run run = new Run(
                services, TaskRecord.admitted(spawn, new RunId(services.ids().get())), () -> tellActive());
        begin(run, run::start);
    }

    private void begin(Run run, Runnable work) {
        TaskId taskId = run.record().taskId();
        active.put(taskId, run);
        tellActive();
        Future<?> end = pool.executeBlocking(
                () -> {
                    work.run();
                    return taskId;
                },
                false);
        ends.put(taskId, end);
        end.onComplete(_ -> {
            active.remove(taskId, run);
            ends.remove(taskId, end);
            tellActive();
        });
    }

    private void refuse(SpawnTask spawn, Admission.Refusal refusal) {
        TaskComplete answer = refusal.code() == null
                ? TaskComplete.failure(spawn.taskId(), refusal.message())
                : TaskComplete.refused(spawn.taskId(), refusal.code(), refusal.message());
        services.store()
                .ask(new StoreRequest.AddEvents(List.of(Event.of(spawn.taskId(), answer))))
                .onFailure(e -> LOG.log(Level.ERROR, "a refusal could not be saved", e));
    }

    private void refuse(CommandFrame command) {
        LOG.log(
                Level.WARNING,
                "this daemon cannot do that yet: {0}",
                command.getClass().getSimpleName());
        NotBuilt.answer(command).ifPresentOrElse(this::pass, () -> {
            if (command instanceof TaskFrame about) {
                line(
                        about.taskId(),
                        "This daemon cannot do that yet: " + command.getClass().getSimpleName());
            }
        });
    }

    private void tell(TaskId taskId, Control control, String what) {
        @Nullable Run run = active.get(taskId);
        if (run == null) {
            line(taskId, "The task cannot " + what + ": it is not running on this daemon.");
        } else if (!run.tell(control)) {
            line(taskId, "The task cannot " + what + ": too much is waiting for it already.");
        }
    }

    /** A line about a task that has no run here to say it. */
    private void line(TaskId taskId, String text) {
        pass(new TaskOutput(taskId, text, false));
    }

    private void pass(dev.makima.protocol.DaemonFrame frame) {
        Addresses.PASSING_FRAME.send(bus, new PassingFrame(frame));
    }

    private void tellActive() {
        Map<TaskId, TaskState> states = active.values().stream()
                .map(Run::record)
                .filter(task -> !task.state().isTerminal())
                .collect(Collectors.toMap(TaskRecord::taskId, TaskRecord::state));
        Addresses.ACTIVE_TASKS.publish(bus, new ActiveTasks(states));
    }

    /** Finds out what became of the tasks that an earlier daemon had in hand; completes when each is placed. */
    Future<?> recover() {
        return services.store().ask(new StoreRequest.UnfinishedTasks()).compose(tasks -> {
            List<Future<?>> placed =
                    tasks.stream().<Future<?>>map(this::recover).toList();
            return Future.join(placed);
        });
    }

    private Future<?> recover(TaskRecord task) {
        if (task.launches() > 0) {
            Run run = new Run(services, task, this::tellActive);
            begin(run, run::takeOver);
            return Future.succeededFuture();
        }
        LOG.log(Level.WARNING, "task {0} was being set up when its daemon ended: it is given back", task.taskId());
        return services.store().ask(Recovery.givenBack(task));
    }

    /** Ends all runs: their agents go on or are stopped, as configured. Completes when no run works any more. */
    Future<?> close(Shutdown.Agents agents) {
        if (agents == Shutdown.Agents.STOP) {
            active.values().forEach(run -> run.tell(new Control.Stop(StopReason.DAEMON_STOPS, true)));
            return Future.join(List.copyOf(ends.values())).eventually(pool::close);
        }
        // Closing the pool interrupts its threads, which is how a run learns that it leaves its agent to the next
        // daemon.
        return pool.close();
    }
}
