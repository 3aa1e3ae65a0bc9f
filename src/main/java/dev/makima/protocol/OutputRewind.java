package dev.makima.protocol;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;

/**
 * The server has less of this stream than was sent: go back to this length.
 *
 * @param length bytes
 */
public record OutputRewind(TaskId taskId, RunId runId, StreamName stream, long length)
        implements ServerFrame, TaskFrame {}
