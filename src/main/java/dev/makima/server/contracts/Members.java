package dev.makima.server.contracts;

import dev.makima.base.TaskId;
import dev.makima.protocol.TaskState;
import dev.makima.server.store.Contract;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tasks of a contract but for its supervisor. Stateless. */
public final class Members {
    private Members() {}

    /** Those that are done and have changed something that nobody has merged, oldest first. */
    public static Future<List<Task>> unmerged(Store store, Contract contract) {
        return store.contractWork()
                .merged(contract.id())
                .compose(merged -> store.contractWork().tasks(contract).map(tasks -> unmerged(tasks, merged)));
    }

    /** The same of tasks that were read. What another one went on from is merged with that one. */
    static List<Task> unmerged(List<Task> tasks, Set<TaskId> merged) {
        Set<String> within = contained(tasks, merged);
        return tasks.stream()
                .filter(task -> !task.spec().isSupervisor() && task.status() == TaskState.DONE)
                .filter(task ->
                        task.result().filesChanged() == null || task.result().filesChanged() > 0)
                .filter(task -> !within.contains(task.id().toString()))
                .toList();
    }

    private static Set<String> contained(List<Task> tasks, Set<TaskId> merged) {
        Map<String, String> before = new HashMap<>();
        tasks.forEach(task -> before.put(task.id().toString(), task.spec().continueFromTaskId()));
        Set<String> within = new HashSet<>();
        for (TaskId id : merged) {
            String one = id.toString();
            while (one != null && within.add(one)) {
                one = before.get(one);
            }
        }
        return within;
    }
}
