package dev.makima.daemon.lease;

import dev.makima.base.TaskId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that were given to others, by the hand-over that this daemon had last: for commands that come late, also to a
 * later daemon, since the worktrees are kept. Bounded: the oldest are forgotten. Its owner sees to it that one thread at a
 * time uses it.
 */
final class TakenTasks {
    private static final int MOST_KEPT = 10_000;

    private final Map<TaskId, Long> taken = new LinkedHashMap<>();
    private final Set<TaskId> unsaved = new HashSet<>();

    /** Those that are saved. */
    void restore(Map<TaskId, Long> saved) {
        taken.putAll(saved);
    }

    void add(TaskId taskId, long fence) {
        taken.merge(taskId, fence, Math::max);
        unsaved.add(taskId);
        if (taken.size() > MOST_KEPT) {
            TaskId oldest = taken.keySet().iterator().next();
            taken.remove(oldest);
            unsaved.remove(oldest);
        }
    }

    /** The task came back by a later hand-over. What is saved of it binds no more then: its row has that hand-over. */
    void handedOver(TaskId taskId, long fence) {
        taken.computeIfPresent(taskId, (_, last) -> last < fence ? null : last);
    }

    boolean contains(TaskId taskId) {
        return taken.containsKey(taskId);
    }

    /** Whether the task was given away after that hand-over, or a later one. */
    boolean isTakenAfter(TaskId taskId, long fence) {
        @Nullable Long last = taken.get(taskId);
        return last != null && last >= fence;
    }

    /** What was added since it was last asked for. */
    Map<TaskId, Long> unsaved() {
        Map<TaskId, Long> added = new HashMap<>();
        unsaved.forEach(taskId -> {
            @Nullable Long fence = taken.get(taskId);
            if (fence != null) {
                added.put(taskId, fence);
            }
        });
        unsaved.clear();
        return added;
    }

    void notSaved(Collection<TaskId> tasks) {
        tasks.stream().filter(taken::containsKey).forEach(unsaved::add);
    }
}
