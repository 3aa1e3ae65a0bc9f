package dev.makima.daemon.run;

import dev.makima.base.TaskId;
import dev.makima.protocol.SpawnTask;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tasks that may not run now, since what they would run in is being removed, and the spawn that waits for each.
 *
 * <p>Used on the task runner's context. Bounded by the number of clean-ups that are at work at once.
 */
final class HeldTasks {
    private final Set<TaskId> held = new HashSet<>();
    private final Map<TaskId, SpawnTask> waiting = new HashMap<>();

    /** From now on the task's spawns wait. */
    void hold(TaskId taskId) {
        held.add(taskId);
    }

    /**
     * Keeps the spawn for later where its task is held; a later one of the same task replaces it.
     *
     * @return whether it was kept
     */
    boolean keep(SpawnTask spawn) {
        boolean kept = held.contains(spawn.taskId());
        if (kept) {
            waiting.put(spawn.taskId(), spawn);
        }
        return kept;
    }

    /** The task may run: gives back the spawn that waited for it. */
    Optional<SpawnTask> release(TaskId taskId) {
        held.remove(taskId);
        return Optional.ofNullable(waiting.remove(taskId));
    }
}
