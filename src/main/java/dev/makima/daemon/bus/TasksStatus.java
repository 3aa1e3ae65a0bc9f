package dev.makima.daemon.bus;

import dev.makima.base.TaskId;
import dev.makima.protocol.TaskState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the task runner has in hand.
 *
 * @param draining whether no new task is taken until the daemon ends
 * @param limit how many tasks it takes at most
 */
public record TasksStatus(boolean draining, int limit, List<Line> tasks) {
    /** Keeps a copy. */
    public TasksStatus {
        tasks = List.copyOf(tasks);
    }

    /**
     * One task.
     *
     * @param waits whether it is a supervisor without an agent, which waits for a message
     * @param lastOutput when its agent last said something, or null where it has said nothing yet
     * @param silent whether that was longer ago than agent.silenceWarnSecs
     * @param vanished whether its directory is gone
     * @param directory where it works, or null before it has a place
     * @param fence the number of its hand-over, 0 from a server without leases
     * @param lease what it may do by its lease: free, over, unknown, fenced or cancelled
     */
    public record Line(
            TaskId taskId,
            String name,
            TaskState state,
            boolean waits,
            @Nullable Instant lastOutput,
            boolean silent,
            boolean vanished,
            @Nullable String directory,
            long fence,
            String lease) {}

    /** The tasks that have an agent, or are being set up or ended: all but supervisors that wait. */
    public List<Line> working() {
        return tasks.stream().filter(task -> !task.waits()).toList();
    }
}
