package dev.makima.daemon.link;

import dev.makima.base.TaskId;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.store.Event;
import dev.makima.protocol.FencedFrame;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tasks of which the server of a connection is not told what there is to say. Used on the link's context. */
final class Withheld {
    private final Map<TaskId, RunOutput> fenced = new HashMap<>();
    private final Set<TaskId> unknown = new HashSet<>();

    /** The task is another daemon's since this run of it here. */
    void fenced(RunOutput run) {
        fenced.merge(run.taskId(), run, (one, other) -> one.fence() > other.fence() ? one : other);
    }

    /** The server does not know the task. */
    void unknown(TaskId taskId) {
        unknown.add(taskId);
    }

    /** The tasks that the server does not know; the caller's own. */
    Set<TaskId> unknown() {
        return new HashSet<>(unknown);
    }

    /** Whether the event is of a run, or by a hand-over, since which the task is another daemon's. */
    boolean isFenced(Event event) {
        @Nullable RunOutput run = event.taskId() == null ? null : fenced.get(event.taskId());
        if (run == null) {
            return false;
        }
        @Nullable Long fence = event.frame() instanceof FencedFrame frame ? frame.fence() : null;
        return run.runId().equals(event.runId()) || (fence != null && fence <= run.fence());
    }
}
