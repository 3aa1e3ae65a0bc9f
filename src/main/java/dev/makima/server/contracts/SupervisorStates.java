package dev.makima.server.contracts;

import dev.makima.protocol.SupervisorState;
import dev.makima.server.store.Contract;
import dev.makima.server.store.Task;
import org.jspecify.annotations.Nullable;

/** The state of a contract's supervisor. Pure. */
public final class SupervisorStates {
    private SupervisorStates() {}

    /**
     * Its daemon tells work from rest; whether it runs and for what it waits the server knows.
     *
     * @param leader its task; null where that was deleted
     * @param said what its daemon said last; null where it never did
     * @param pending whether members are not over
     * @param asking whether a question of it is open
     */
    public static String of(
            Contract contract, @Nullable Task leader, @Nullable String said, boolean pending, boolean asking) {
        if (contract.completed()) {
            return SupervisorState.COMPLETED.wire();
        }
        if (leader == null) {
            return SupervisorState.INTERRUPTED.wire();
        }
        return switch (leader.status()) {
            case FAILED -> SupervisorState.FAILED.wire();
            case INTERRUPTED, DONE -> SupervisorState.INTERRUPTED.wire();
            case PENDING, INITIALIZING, STARTING -> SupervisorState.INITIALIZING.wire();
            case BLOCKED -> SupervisorState.BLOCKED.wire();
            case RUNNING, PAUSED -> running(said, pending, asking);
        };
    }

    private static String running(@Nullable String said, boolean pending, boolean asking) {
        if (asking) {
            return SupervisorState.WAITING_FOR_USER.wire();
        }
        if (said == null) {
            return SupervisorState.WORKING.wire();
        }
        return said.equals(SupervisorState.IDLE.wire()) && pending ? SupervisorState.WAITING_FOR_TASKS.wire() : said;
    }
}
