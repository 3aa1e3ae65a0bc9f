package dev.makima.protocol;

import dev.makima.base.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * The agent's login has expired, and here is where a person can renew it.
 *
 * @param taskId a task that waits for it
 */
public record AuthenticationRequired(
        @Nullable TaskId taskId,
        String loginUrl,
        @Nullable String hostname,
        @Nullable String eventId,
        @Nullable Long fence)
        implements DaemonFrame, FencedFrame, EventFrame {

    @Override
    public AuthenticationRequired withEventId(String eventId) {
        return new AuthenticationRequired(taskId, loginUrl, hostname, eventId, fence);
    }

    @Override
    public AuthenticationRequired withFence(long fence) {
        return new AuthenticationRequired(taskId, loginUrl, hostname, eventId, fence);
    }
}
