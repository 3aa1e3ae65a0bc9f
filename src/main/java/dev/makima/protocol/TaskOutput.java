package dev.makima.protocol;

import dev.makima.base.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * One line of output, or a part of a very long one.
 *
 * @param output the line without its line end, lines of standard error begin with {@link FrameCodec#STDERR_PREFIX}
 * @param isPartial true for all parts of a line but the last
 */
public record TaskOutput(
        TaskId taskId,
        String output,
        boolean isPartial,
        @Nullable Long fence) implements DaemonFrame, FencedFrame, TaskFrame {
    /** As it is said where no hand-over matters, or before its number is added. */
    public TaskOutput(TaskId taskId, String output, boolean isPartial) {
        this(taskId, output, isPartial, null);
    }

    @Override
    public TaskOutput withFence(long fence) {
        return new TaskOutput(taskId, output, isPartial, fence);
    }

    /** Without {@code output}, which must not be logged. */
    @Override
    public String toString() {
        return "TaskOutput[taskId=" + taskId + ", isPartial=" + isPartial + "]";
    }
}
