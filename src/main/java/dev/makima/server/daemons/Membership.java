package dev.makima.server.daemons;

import dev.makima.base.TaskId;
import dev.makima.protocol.SpawnTaskBuilder;
import dev.makima.server.store.Contract;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a task's contract adds to it when it is handed over.
 *
 * @param elsewhere its supervisor, where that one's worktree is on another daemon
 */
record Membership(Optional<Contract> contract, @Nullable TaskId elsewhere) {
    private static final Membership NONE = new Membership(Optional.empty(), null);

    static Future<Membership> of(Store store, Task task, UUID daemonId) {
        String contractId = task.spec().contractId();
        if (contractId == null) {
            return Future.succeededFuture(NONE);
        }
        return store.contracts().get(UUID.fromString(contractId)).compose(contract -> {
            if (contract.isEmpty() || task.spec().isSupervisor()) {
                return Future.succeededFuture(new Membership(contract, null));
            }
            TaskId supervisor = TaskId.of(contract.get().supervisorTaskId());
            return store.tasks().get(supervisor).map(leader -> {
                String its = leader.map(Task::daemonId).orElse(null);
                // On the same machine each has a worktree of its own, and the supervisor merges from there.
                boolean away = its != null && !its.equals(daemonId.toString());
                return new Membership(contract, away ? supervisor : null);
            });
        });
    }

    SpawnTaskBuilder addTo(SpawnTaskBuilder spawn, Task task) {
        if (contract.isEmpty()) {
            return spawn;
        }
        Contract its = contract.get();
        if (task.spec().isSupervisor()) {
            return spawn.isSupervisor(true).phase(its.phase());
        }
        return spawn.autonomousLoop(task.spec().autonomousLoop() || its.autonomousLoop())
                .localOnly(task.spec().localOnly() || its.localOnly())
                .supervisorWorktreeTaskId(elsewhere);
    }
}
