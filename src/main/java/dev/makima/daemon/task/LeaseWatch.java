package dev.makima.daemon.task;

import dev.makima.base.FullDiskException;
import dev.makima.base.RunId;
import dev.makima.config.DaemonConfig.Lease.OnExpiry;
import dev.makima.daemon.lease.Leases;
import dev.makima.daemon.lease.Standing;
import dev.makima.daemon.run.Control;
import dev.makima.daemon.run.Run;
import dev.makima.daemon.run.RunServices;
import dev.makima.daemon.run.StopReason;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import dev.makima.protocol.TaskState;
import io.vertx.core.Future;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Sees to it that an agent whose lease is over does not work on as if nothing were: it is paused or stopped, as
 * configured, goes on when the server says so, and ends when its task is another daemon's. Keeps the leases in the
 * database, for the next daemon. Used on the task runner's
 * context.
 */
final class LeaseWatch {
    private static final System.Logger LOG = System.getLogger(LeaseWatch.class.getName());

    private final StoreClient store;
    private final Leases leases;
    private final OnExpiry onExpiry;
    private final Map<RunId, Standing> last = new HashMap<>();

    LeaseWatch(RunServices services) {
        this.store = services.store();
        this.leases = services.leases();
        this.onExpiry = services.config().lease().onExpiry();
    }

    /** Takes up the leases that an earlier daemon left; to be done before its tasks are taken up. */
    Future<?> restore() {
        return store.ask(new StoreRequest.TakenTasks())
                .compose(taken ->
                        store.ask(new StoreRequest.FindLeases()).onSuccess(saved -> leases.restore(saved, taken)));
    }

    /** Does what each run's lease asks for, and keeps what has changed of all leases. */
    void look(Collection<Run> runs) {
        last.keySet().retainAll(runs.stream().map(run -> run.record().runId()).collect(Collectors.toSet()));
        runs.stream().filter(run -> !run.isOver()).forEach(this::look);
        save();
    }

    private void save() {
        StoreRequest.SaveLeases changes =
                new StoreRequest.SaveLeases(leases.unsaved(), leases.ended(), leases.newlyTaken());
        if (!changes.isEmpty()) {
            store.ask(changes).onFailure(e -> {
                leases.notSaved(changes.changed(), changes.ended(), changes.taken());
                LOG.log(FullDiskException.level(Level.ERROR, e), "the leases of tasks could not be saved", e);
            });
        }
    }

    private void look(Run run) {
        TaskRecord task = run.record();
        Standing now = leases.standing(task.runId());
        if (now == Standing.FREE || now == Standing.UNKNOWN) {
            goOn(run);
        }
        if (now == Standing.OVER && onExpiry == OnExpiry.PAUSE && task.launches() == 0) {
            // There is no agent to pause, and none begins before the lease is renewed: the run waits for that by
            // itself. It
            // is looked at again, as its lease may end just as the agent begins.
            return;
        }
        if (last.put(task.runId(), now) == now) {
            return;
        }
        switch (now) {
            case FREE -> {}
            case UNKNOWN ->
                LOG.log(Level.WARNING, "task {0}: the server does not know it; it goes on here", task.taskId());
            case OVER -> over(run);
            case FENCED -> {
                LOG.log(Level.WARNING, "task {0} was given to another daemon: it ends here", task.taskId());
                run.tell(new Control.Say("The task was given to another daemon: it ends here, and its work is kept."));
                run.tell(new Control.Stop(StopReason.TAKEN, false));
            }
            case CANCELLED -> run.tell(new Control.Stop(StopReason.INTERRUPTED, true));
        }
    }

    private void goOn(Run run) {
        RunId runId = run.record().runId();
        if (leases.isPaused(runId)) {
            leases.paused(runId, false);
            run.tell(new Control.Say("The server was heard of again: the agent goes on."));
            run.tell(new Control.Resume());
        }
    }

    private void over(Run run) {
        TaskRecord task = run.record();
        LOG.log(Level.WARNING, "task {0}: its lease is over, and the server was not heard of", task.taskId());
        String what = "The server was not heard of until the task's lease was over: ";
        if (onExpiry == OnExpiry.STOP) {
            run.tell(new Control.Say(what + "the agent is stopped (lease.onExpiry)."));
            run.tell(new Control.Stop(StopReason.INTERRUPTED, true));
        } else if (task.state() != TaskState.PAUSED && !task.waits() && !leases.isPaused(task.runId())) {
            run.tell(new Control.Say(what + "the agent is paused until it is (lease.onExpiry)."));
            leases.paused(task.runId(), true);
            run.tell(new Control.Pause());
        }
    }
}
