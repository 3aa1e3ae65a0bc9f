package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The daemon lives, and these tasks are active on it.
 *
 * @param seq counts the heartbeats of a connection (lease)
 * @param runs the runs whose leases are to be renewed (lease)
 * @param eventsFrom the id below which, in its epoch, no event is ever offered again (eventAck)
 */
public record Heartbeat(
        List<TaskId> activeTasks,
        @Nullable Long seq,
        @Nullable List<RunLease> runs,
        @Nullable String eventsFrom) implements DaemonFrame {

    /** One that says nothing of events. */
    public Heartbeat(List<TaskId> activeTasks, @Nullable Long seq, @Nullable List<RunLease> runs) {
        this(activeTasks, seq, runs, null);
    }

    /** Copies the lists. */
    public Heartbeat {
        activeTasks = List.copyOf(activeTasks);
        runs = runs == null ? null : List.copyOf(runs);
    }

    /** The heartbeat of the base protocol. */
    public static Heartbeat of(List<TaskId> activeTasks) {
        return new Heartbeat(activeTasks, null, null);
    }

    /** The same with what it says of events. */
    public Heartbeat withEventsFrom(@Nullable String eventId) {
        return new Heartbeat(activeTasks, seq, runs, eventId);
    }
}
