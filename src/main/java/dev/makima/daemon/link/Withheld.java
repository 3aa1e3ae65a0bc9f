package dev.makima.daemon.link;

import dev.makima.base.TaskId;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.daemon.store.Event;
import dev.makima.protocol.FencedFrame;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tasks of which the server of a connection is not told what there is to say. Used on the link's context. */
final class Withheld {
    private final Map<TaskId, RunOutput> fenced = new HashMap<>();
    private final Map<TaskId, Long> unknown = new HashMap<>();

    /** The task is another daemon's since this run of it here. */
    void fenced(RunOutput run) {
        fenced.merge(run.taskId(), run, (one, other) -> one.fence() > other.fence() ? one : other);
    }

    /** The server does not know the task by that hand-over; one that it makes later it knows. */
    void unknown(TaskId taskId, long fence) {
        unknown.merge(taskId, fence, Math::max);
    }

    /** Whether the event is by a hand-over that the server does not know. */
    boolean isUnknown(Event event) {
        @Nullable Long upTo = event.taskId() == null ? null : unknown.get(event.taskId());
        @Nullable Long fence = fence(event);
        return upTo != null && (fence == null || fence <= upTo);
    }

    /** Whether the event is of a run, or by a hand-over, since which the task is another daemon's. */
    boolean isFenced(Event event) {
        @Nullable RunOutput run = event.taskId() == null ? null : fenced.get(event.taskId());
        if (run == null) {
            return false;
        }
        @Nullable Long fence = fence(event);
        return run.runId().equals(event.runId()) || (fence != null && fence <= run.fence());
    }

    private static @Nullable Long fence(Event event) {
        return event.frame() instanceof FencedFrame frame ? frame.fence() : null;
    }
}
