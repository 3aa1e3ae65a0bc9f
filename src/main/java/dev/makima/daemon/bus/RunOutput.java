package dev.makima.daemon.bus;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.protocol.TaskState;
import java.util.Map;

/**
 * A run that the server has not finally acknowledged, and how much of its output has been delivered.
 *
 * @param fence the number of the hand-over it came with, 0 from a server without leases
 * @param delivered bytes per stream that a server is known to have; an absent stream is 0. A hint only where the
 *     server tells its own lengths
 */
public record RunOutput(TaskId taskId, RunId runId, long fence, TaskState state, Map<StreamName, Long> delivered) {
    /** Keeps a copy. */
    public RunOutput {
        delivered = Map.copyOf(delivered);
    }
}
