package dev.makima.daemon.task;

import dev.makima.base.TaskId;
import dev.makima.protocol.SpawnTask;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tasks that may not start now, since what they would work in is about to be removed, and the spawn that waits for
 * each: the server sent it after the clean-up, and means it to come after.
 *
 * <p>Used on the task runner's context. Bounded by the number of clean-ups that wait.
 */
final class HeldTasks {
    private final Map<TaskId, Integer> holds = new HashMap<>();
    private final Map<TaskId, SpawnTask> waiting = new HashMap<>();

    /** From now on the task's spawns wait, until it was released as often as it was held. */
    void hold(TaskId taskId) {
        holds.merge(taskId, 1, Integer::sum);
    }

    /**
     * Keeps the spawn for later where its task is held; a later one of the same task replaces it.
     *
     * @return whether it was kept
     */
    boolean keep(SpawnTask spawn) {
        boolean kept = holds.containsKey(spawn.taskId());
        if (kept) {
            waiting.put(spawn.taskId(), spawn);
        }
        return kept;
    }

    /** One clean-up is over: gives back the spawn that waited, where it was the last. */
    Optional<SpawnTask> release(TaskId taskId) {
        boolean held = holds.computeIfPresent(taskId, (_, count) -> count > 1 ? count - 1 : null) != null;
        return held ? Optional.empty() : Optional.ofNullable(waiting.remove(taskId));
    }
}
