package dev.makima.daemon.bus;

import dev.makima.base.TaskId;
import dev.makima.protocol.SupervisorState;
import dev.makima.protocol.TaskState;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that are active now, with the state each is in; what heartbeats and reconnects tell the server.
 *
 * @param supervisors those of them whose server wants to hear what they are at
 */
public record ActiveTasks(Map<TaskId, TaskState> states, List<Supervisor> supervisors) {
    /** None. */
    public static final ActiveTasks NONE = new ActiveTasks(Map.of(), List.of());

    /** Keeps copies. */
    public ActiveTasks {
        states = Map.copyOf(states);
        supervisors = List.copyOf(supervisors);
    }

    /**
     * What a supervisor is at.
     *
     * @param phase its contract's, as the server named it
     * @param activity its last words, or null
     */
    public record Supervisor(
            TaskId taskId,
            UUID contractId,
            SupervisorState state,
            String phase,
            @Nullable String activity) {}
}
