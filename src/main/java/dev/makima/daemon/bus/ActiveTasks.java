package dev.makima.daemon.bus;

import dev.makima.base.TaskId;
import dev.makima.protocol.TaskState;
import java.util.Map;

/** The tasks that are active now, with the state each is in; what heartbeats and reconnects tell the server. */
public record ActiveTasks(Map<TaskId, TaskState> states) {
    /** Keeps a copy. */
    public ActiveTasks {
        states = Map.copyOf(states);
    }
}
