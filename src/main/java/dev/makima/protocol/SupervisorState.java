package dev.makima.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Text;
import java.util.Locale;

/** What a supervisor is at. */
public enum SupervisorState {
    /** It has not begun yet. */
    INITIALIZING,
    /** It has nothing to do. */
    IDLE,
    /** It works. */
    WORKING,
    /** It has asked a person. */
    WAITING_FOR_USER,
    /** It waits for tasks that it spawned. */
    WAITING_FOR_TASKS,
    /** It cannot go on. */
    BLOCKED,
    /** Its contract is completed. */
    COMPLETED,
    /** It failed. */
    FAILED,
    /** Somebody ended it. */
    INTERRUPTED;

    /**
     * Reads the name on the wire.
     *
     * @throws MakimaException VALIDATION where there is none of that name
     */
    @JsonCreator
    public static SupervisorState of(String wire) {
        for (SupervisorState state : values()) {
            if (state.wire().equals(wire)) {
                return state;
            }
        }
        throw new MakimaException(ErrorCode.VALIDATION, "not a state of a supervisor: " + Text.abbreviate(wire, 40));
    }

    /** The name on the wire. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
