package dev.makima.protocol;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;

/**
 * How a run stands on the daemon.
 *
 * @param fence 0 where there is no lease
 * @param lengths of the spool files, bytes
 */
public record RunStanding(
        TaskId taskId, RunId runId, @Defaulted long fence, TaskState state, StreamLengths lengths) {}
