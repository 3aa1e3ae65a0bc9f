package dev.makima.daemon.link;

import dev.makima.daemon.bus.ActiveTasks;
import dev.makima.protocol.SupervisorHeartbeat;
import java.time.Instant;
import java.util.List;

/** What goes with a heartbeat for each supervisor whose server asked for it. Pure. */
final class SupervisorBeats {
    private SupervisorBeats() {}

    /** How far it is and what it waits for are the server's own knowledge. */
    static List<SupervisorHeartbeat> of(ActiveTasks tasks, Instant now) {
        return tasks.supervisors().stream()
                .map(one -> new SupervisorHeartbeat(
                        one.taskId(),
                        one.contractId(),
                        one.state(),
                        one.phase(),
                        one.activity(),
                        0,
                        List.of(),
                        now,
                        null))
                .toList();
    }
}
