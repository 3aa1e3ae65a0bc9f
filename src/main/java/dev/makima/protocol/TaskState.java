package dev.makima.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** The states of a task, as they are named on the wire, and which may follow which. */
public enum TaskState {
    /** Known to the server, taken by no daemon yet. */
    PENDING,
    /** Taken by a daemon, which makes its working directory. */
    INITIALIZING,
    /** The directory is there, the agent is being started. */
    STARTING,
    /** The agent works, or, of a supervisor, waits. */
    RUNNING,
    /** Its processes are stopped by command. */
    PAUSED,
    /** It cannot go on by itself. */
    BLOCKED,
    /** Over, with success. */
    DONE,
    /** Over, without success. */
    FAILED,
    /** Over, because somebody ended it. */
    INTERRUPTED;

    /**
     * Reads the name on the wire. {@code completed} and {@code merged} are read as {@link #DONE}.
     *
     * @throws MakimaException VALIDATION where there is no such state
     */
    @JsonCreator
    public static TaskState of(String wire) {
        for (TaskState state : values()) {
            if (state.wire().equals(wire)) {
                return state;
            }
        }
        if (wire.equals("completed") || wire.equals("merged")) {
            return DONE;
        }
        throw new MakimaException(
                ErrorCode.VALIDATION,
                "not a state of a task: " + Text.abbreviate(wire, 40),
                "It has to be one of pending, initializing, starting, running, paused, blocked, done, failed,"
                        + " interrupted");
    }

    /** The name on the wire and in databases. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the run is over. A terminal task may be spawned again, which begins another run. */
    public boolean isTerminal() {
        return followers().isEmpty();
    }

    /** Whether a run in this state may go to that one next. */
    public boolean mayBecome(TaskState next) {
        return followers().contains(next);
    }

    /** The states that may follow this one within a run: the protocol's table. */
    public Set<TaskState> followers() {
        return switch (this) {
            // What the server alone knows about: a daemon's first change is to initializing.
            case PENDING -> EnumSet.of(INITIALIZING, STARTING, FAILED, INTERRUPTED);
            case INITIALIZING -> EnumSet.of(STARTING, FAILED, INTERRUPTED);
            case STARTING -> EnumSet.of(RUNNING, FAILED, INTERRUPTED);
            case RUNNING -> EnumSet.of(PAUSED, BLOCKED, DONE, FAILED, INTERRUPTED);
            case PAUSED, BLOCKED -> EnumSet.of(RUNNING, FAILED, INTERRUPTED);
            case DONE, FAILED, INTERRUPTED -> EnumSet.noneOf(TaskState.class);
        };
    }
}
