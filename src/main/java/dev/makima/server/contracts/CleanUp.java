package dev.makima.server.contracts;

import dev.makima.base.TaskId;
import dev.makima.protocol.InterruptTask;
import dev.makima.protocol.TaskState;
import dev.makima.server.core.Bus;
import dev.makima.server.core.News;
import dev.makima.server.store.ContractEndTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import dev.makima.server.store.TaskCommandTable.Saying;
import dev.makima.server.store.TaskTable;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is done once a contract is over: its tasks are stopped, and their daemons, at once or when they come back, remove
 * what is left. To be used on one event loop.
 */
final class CleanUp {
    private static final System.Logger LOG = System.getLogger(CleanUp.class.getName());

    private static final int AT_ONCE = 200;

    private final Store store;
    private final Bus bus;
    private final News news;
    private final Clock clock;

    CleanUp(Store store, Bus bus, News news, Clock clock) {
        this.store = store;
        this.bus = bus;
        this.news = news;
        this.clock = clock;
    }

    /**
     * Stops what still runs, and lets every daemon that has a task of it remove what that leaves. Of one that was completed the
     * work stays that is nowhere else: a branch that was merged into none may be all that there is of it. Where it is deleted
     * after that, what was merged meanwhile goes.
     */
    Future<Void> of(UUID contractId) {
        return store.contractEnds()
                .over(contractId)
                .map(Optional::orElseThrow)
                .compose(contract -> each(contractId, contract, null))
                .compose(_ -> store.contractEnds().stopped(contractId));
    }

    /** One page of its tasks after the other: a contract may have any number of them. */
    private Future<Void> each(UUID contractId, ContractEndTable.Over contract, TaskTable.@Nullable Position behind) {
        return store.contractWork()
                .tasks(contract.ownerId(), contractId, behind, AT_ONCE)
                .compose(tasks -> Telling.each(tasks, task -> of(contractId, task, contract))
                        .compose(_ -> tasks.size() < AT_ONCE
                                ? Future.succeededFuture()
                                : each(contractId, contract, tasks.getLast().position())));
    }

    private Future<Void> of(UUID contractId, Task task, ContractEndTable.Over contract) {
        boolean over = task.ended() || (task.status() == TaskState.PENDING && !task.queued());
        Future<Void> stopped = over
                ? Future.succeededFuture()
                : store.tasks()
                        .stop(task.ownerId(), task.id(), clock.instant())
                        .compose(stop -> interrupt(stop.daemonId(), task.id()));
        return stopped.compose(_ -> store.taskCommands().drop(task.id()))
                .compose(_ -> task.daemonId() == null
                        ? Future.succeededFuture(false)
                        : store.taskCommands()
                                .add(
                                        task.id(),
                                        new Saying.Cleanup(contract.completed()),
                                        ContractEndTable.cause(contractId, task.id(), task.fence(), contract.deleted()),
                                        clock.instant()))
                .onSuccess(_ -> news.tell(task.id()))
                .mapEmpty();
    }

    /** A daemon that can't be told now is told when it comes back, since it is written down. */
    private Future<Void> interrupt(@Nullable UUID daemonId, TaskId id) {
        return daemonId == null
                ? Future.succeededFuture()
                : bus.send(daemonId, new InterruptTask(id, true)).otherwise(failure -> {
                    LOG.log(System.Logger.Level.INFO, "task {0} is stopped later: {1}", id, failure.getMessage());
                    return null;
                });
    }
}
