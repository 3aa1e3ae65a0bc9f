package dev.makima.protocol;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;

/**
 * How much of a stream is committed.
 *
 * @param length bytes from the stream's beginning
 */
public record StreamAck(TaskId taskId, RunId runId, StreamName stream, long length) {}
