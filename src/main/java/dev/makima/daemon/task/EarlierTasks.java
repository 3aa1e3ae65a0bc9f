package dev.makima.daemon.task;

import dev.makima.base.FullDiskException;
import dev.makima.daemon.run.Run;
import dev.makima.daemon.run.RunServices;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.daemon.store.TaskRecord;
import io.vertx.core.Future;
import java.lang.System.Logger.Level;
import java.util.List;

/** What an earlier daemon left in hand: its tasks go on here, or are given back. Used once, on the task runner's context. */
final class EarlierTasks {
    private static final System.Logger LOG = System.getLogger(EarlierTasks.class.getName());

    private final RunServices services;
    private final ActiveRuns runs;

    EarlierTasks(RunServices services, ActiveRuns runs) {
        this.services = services;
        this.runs = runs;
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
                .compose(open -> Future.join(open.stream()
                        .map(run -> services.store()
                                .ask(new StoreRequest.FindTask(run.taskId()))
                                .onSuccess(task -> task.ifPresent(known -> Run.hide(services, known))))
                        .toList()));
    }

    private Future<?> recover(TaskRecord task) {
        if (task.launches() > 0) {
            Run run = runs.make(task);
            runs.begin(run, run::takeOver);
            return Future.succeededFuture();
        }
        LOG.log(Level.WARNING, "task {0} was being set up when its daemon ended: it is given back", task.taskId());
        services.leases().end(task.runId());
        return Run.giveBack(services, task).<Void>mapEmpty().recover(failure -> {
            if (!FullDiskException.isBehind(failure)) {
                return Future.failedFuture(failure);
            }
            Run run = runs.make(task);
            runs.begin(run, run::giveBackWithRoom);
            return Future.succeededFuture();
        });
    }
}
