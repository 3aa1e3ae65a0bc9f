package dev.makima.protocol;

import dev.makima.base.TaskId;

/** A user's message for the agent; {@code AUTH_CODE:<code>} goes to the pending login instead. */
public record SendMessage(TaskId taskId, String message) implements ServerFrame, TaskFrame {

    /** Without {@code message}, which must not be logged. */
    @Override
    public String toString() {
        return "SendMessage[taskId=" + taskId + "]";
    }
}
