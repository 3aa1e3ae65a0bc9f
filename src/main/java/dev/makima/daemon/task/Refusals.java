package dev.makima.daemon.task;

import dev.makima.base.PassingTrouble;
import dev.makima.daemon.store.Event;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.SpawnRefused;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskComplete;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Consumer;

/** Tells the server that a task is not taken, in the form that it knows. Any thread. */
final class Refusals {
    private static final System.Logger LOG = System.getLogger(Refusals.class.getName());

    private final StoreClient store;
    private final Consumer<DaemonFrame> pass;

    /**
     * Refusals by these ways.
     *
     * @param pass sends a frame that is worth sending only now
     */
    Refusals(StoreClient store, Consumer<DaemonFrame> pass) {
        this.store = store;
        this.pass = pass;
    }

    /** A server with leases offers the task again by itself, and forgets a refusal with the connection. */
    void tell(SpawnTask spawn, Refusal refusal) {
        if (spawn.fence() != null && refusal.reason() != null) {
            pass.accept(new SpawnRefused(
                    spawn.taskId(), spawn.fence(), refusal.reason(), refusal.message(), spawn.requestId()));
            return;
        }
        TaskComplete answer = refusal.code() == null
                ? TaskComplete.failure(spawn.taskId(), refusal.message())
                : TaskComplete.refused(spawn.taskId(), refusal.code(), refusal.message());
        TaskComplete told = spawn.fence() == null ? answer : answer.withFence(spawn.fence());
        store.ask(new StoreRequest.AddEvents(List.of(Event.of(spawn.taskId(), told))))
                .onFailure(e -> {
                    LOG.log(PassingTrouble.level(Level.ERROR, e), "a refusal could not be saved", e);
                    pass.accept(told);
                });
    }
}
