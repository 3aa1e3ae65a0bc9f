package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.Optional;

/** A user's message for the agent; {@code AUTH_CODE:<code>} goes to the pending login instead. */
public record SendMessage(TaskId taskId, String message) implements ServerFrame, TaskFrame {
    private static final String CODE = "AUTH_CODE:";

    /** The code that it hands in to the pending login; empty for a message to the agent. */
    public Optional<String> loginCode() {
        // However it was pasted: what is no code here is kept, and shown.
        String text = message.strip();
        return text.startsWith(CODE) ? Optional.of(text.substring(CODE.length())) : Optional.empty();
    }

    /** Without {@code message}, which must not be logged. */
    @Override
    public String toString() {
        return "SendMessage[taskId=" + taskId + "]";
    }
}
