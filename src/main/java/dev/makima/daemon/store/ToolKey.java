package dev.makima.daemon.store;

import dev.makima.base.Secret;
import dev.makima.base.TaskId;
import dev.makima.protocol.RegisterToolKey;

/**
 * A key that an agent has for the server.
 *
 * @param key 64 hex digits
 * @param live whether its task goes on; else it is kept only until the run's output is sent
 */
public record ToolKey(TaskId taskId, Secret key, boolean live) {
    /** The frame that makes it known to the server. */
    public RegisterToolKey registration() {
        return new RegisterToolKey(taskId, key.reveal(), null, null);
    }
}
