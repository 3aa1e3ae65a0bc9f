package dev.makima.daemon.task;

import dev.makima.base.PassingTrouble;
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
import io.vertx.core.Future;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Ends the agent whose task is another daemon's, or that is to be stopped when its lease is over; one that is to be paused
 * then is paused by its run. Keeps the leases in the database, for the next daemon. Used on the task runner's context.
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
                LOG.log(PassingTrouble.level(Level.ERROR, e), "the leases of tasks could not be saved", e);
            });
        }
    }

    private void look(Run run) {
        TaskRecord task = run.record();
        Standing now = leases.standing(task.runId());
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

    private void over(Run run) {
        LOG.log(
                Level.WARNING,
                "task {0}: its lease is over, and the server was not heard of",
                run.record().taskId());
        if (onExpiry == OnExpiry.STOP) {
            run.tell(new Control.Say("The server was not heard of until the task's lease was over: the agent is stopped"
                    + " (lease.onExpiry)."));
            run.tell(new Control.Stop(StopReason.INTERRUPTED, true));
        }
    }
}
