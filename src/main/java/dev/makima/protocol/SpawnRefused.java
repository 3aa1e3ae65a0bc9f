package dev.makima.protocol;

import dev.makima.base.TaskId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The daemon does not take this task now; costs no retry (lease).
 *
 * @param reason one of the constants here
 */
public record SpawnRefused(
        TaskId taskId,
        @Defaulted long fence,
        String reason,
        String message,
        @Nullable UUID requestId) implements DaemonFrame, TaskFrame, AnswerFrame {

    /** The task is active on this daemon already. */
    public static final String ACTIVE = "active";
    /** The daemon, or the contract on it, has no slot left. */
    public static final String CAPACITY = "capacity";
    /** The daemon takes nothing new because it is about to stop. */
    public static final String DRAINING = "draining";
    /** Not enough free disk. */
    public static final String DISK = "disk";
    /** Not enough free memory. */
    public static final String MEMORY = "memory";

    @Override
    public SpawnRefused withRequestId(@Nullable UUID requestId) {
        return new SpawnRefused(taskId, fence, reason, message, requestId);
    }
}
