package dev.makima.server.contracts;

import dev.makima.base.TaskId;
import dev.makima.protocol.EventFrame;
import dev.makima.server.store.Contract;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import dev.makima.server.store.TaskCommandTable.Saying;
import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tells supervisors, by way of the database: what is told to one that is away waits for it. To be used on one event loop. */
final class Telling {
    private final Store store;
    private final Courier courier;
    private final Clock clock;

    Telling(Store store, Courier courier, Clock clock) {
        this.store = store;
        this.courier = courier;
        this.clock = clock;
    }

    /**
     * Tells a supervisor.
     *
     * @param cause what is told of once by that name is not told of again; null for what has none
     */
    Future<Void> tell(TaskId supervisor, String text, @Nullable String cause) {
        return store.taskCommands()
                .add(supervisor, new Saying.Message(text), cause, clock.instant())
                .onSuccess(_ -> courier.run())
                .mapEmpty();
    }

    /** The supervisor of that contract. */
    Future<Void> tell(Contract contract, String text, @Nullable String cause) {
        return tell(TaskId.of(contract.supervisorTaskId()), text, cause);
    }

    /** By what an event of a daemon is told once, however often it is offered; null for one that is offered once. */
    static @Nullable String cause(UUID daemonId, EventFrame frame) {
        return frame.eventId() == null ? null : "event:" + daemonId + ":" + frame.eventId();
    }

    /** What is done for a task of a contract. */
    interface ForTask {
        Future<Void> of(Task task, Contract contract);
    }

    /** Does something for the contract that the task leads, if it does, and if it is that daemon's. */
    Future<Void> led(UUID daemonId, TaskId taskId, ForTask then) {
        return of(
                daemonId,
                taskId,
                task -> task.spec().isSupervisor()
                        ? store.contracts().ledBy(taskId)
                        : Future.succeededFuture(Optional.empty()),
                then);
    }

    /** Does something for the active contract that the task belongs to but does not lead, if it is that daemon's. */
    Future<Void> member(UUID daemonId, TaskId taskId, ForTask then) {
        return of(
                daemonId,
                taskId,
                task -> {
                    String contractId = task.spec().contractId();
                    return contractId == null || task.spec().isSupervisor()
                            ? Future.succeededFuture(Optional.empty())
                            : store.contracts()
                                    .get(UUID.fromString(contractId))
                                    .map(found -> found.filter(contract -> !contract.completed()));
                },
                then);
    }

    /** Nobody but the daemon that has a task can say anything of it, least of all one of another owner. */
    private Future<Void> of(
            UUID daemonId, TaskId taskId, Function<Task, Future<Optional<Contract>>> contract, ForTask then) {
        return store.tasks().get(taskId).compose(found -> {
            Optional<Task> task = found.filter(one -> daemonId.toString().equals(one.daemonId()));
            return task.isEmpty()
                    ? Future.succeededFuture()
                    : contract.apply(task.get())
                            .compose(its -> its.isEmpty() ? Future.succeededFuture() : then.of(task.get(), its.get()));
        });
    }

    /** One after the other. */
    static <T> Future<Void> each(List<T> list, Function<T, Future<Void>> work) {
        Future<Void> all = Future.succeededFuture();
        for (T one : list) {
            all = all.compose(_ -> work.apply(one));
        }
        return all;
    }
}
