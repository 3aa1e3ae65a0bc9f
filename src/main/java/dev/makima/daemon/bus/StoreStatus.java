package dev.makima.daemon.bus;

import dev.makima.base.TaskId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the daemon's database holds.
 *
 * @param eventsWaiting events that the server has not acknowledged
 * @param eventsSetAside events that the server refused for good
 * @param newestAside the newest few of them, the newest first
 * @param unfinishedTasks tasks that have not reached a final state, waiting supervisors among them
 * @param openRuns runs that the server has not finally acknowledged
 */
public record StoreStatus(
        long eventsWaiting, long eventsSetAside, List<Aside> newestAside, long unfinishedTasks, long openRuns) {
    /** Keeps a copy. */
    public StoreStatus {
        newestAside = List.copyOf(newestAside);
    }

    /**
     * An event that was set aside.
     *
     * @param type the frame's, empty for none
     * @param at when it was set aside
     */
    public record Aside(@Nullable TaskId taskId, String type, String reason, Instant at) {
        /** The reason of those that come too late: nothing is wrong, another daemon tells the same task's story. */
        public static final String FENCED = "its task was given to another daemon";

        /** Whether it only came too late. */
        public boolean fenced() {
            return reason.equals(FENCED);
        }
    }
}
