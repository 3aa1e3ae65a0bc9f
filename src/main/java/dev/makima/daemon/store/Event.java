package dev.makima.daemon.store;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.protocol.DaemonFrame;
import org.jspecify.annotations.Nullable;

/**
 * Something the server must hear of, once and in order, whatever breaks between here and there.
 *
 * @param taskId the task it is about: order is kept per task
 * @param runId the run whose end it tells, or null
 * @param afterOutput whether it may go only when all output of its run was delivered
 * @param payloadFile names the file that holds the frame's patch, which the frame is without then; null where the frame
 *     is whole. The store alone sets it
 */
public record Event(
        @Nullable TaskId taskId,
        @Nullable RunId runId,
        DaemonFrame frame,
        boolean afterOutput,
        @Nullable String payloadFile) {
    /** An event that may go at once. */
    public static Event of(TaskId taskId, DaemonFrame frame) {
        return new Event(taskId, null, frame, false, null);
    }

    /** The event that ends a run: it follows the run's last byte of output. */
    public static Event endOf(TaskId taskId, RunId runId, DaemonFrame frame) {
        return new Event(taskId, runId, frame, true, null);
    }

    /** The same with another frame, whose patch is in a file. */
    Event with(DaemonFrame rest, @Nullable String file) {
        return new Event(taskId, runId, rest, afterOutput, file);
    }
}
