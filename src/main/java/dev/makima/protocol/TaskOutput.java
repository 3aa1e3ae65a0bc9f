package dev.makima.protocol;

import dev.makima.base.TaskId;

/**
 * One line of output, or a part of a very long one.
 *
 * @param output the line without its line end, lines of standard error begin with {@link FrameCodec#STDERR_PREFIX}
 * @param isPartial true for all parts of a line but the last
 */
public record TaskOutput(TaskId taskId, String output, boolean isPartial) implements DaemonFrame, TaskFrame {

    /** Without {@code output}, which must not be logged. */
    @Override
    public String toString() {
        return "TaskOutput[taskId=" + taskId + ", isPartial=" + isPartial + "]";
    }
}
