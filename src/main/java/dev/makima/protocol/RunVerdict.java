package dev.makima.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What the server says about a run. */
public enum RunVerdict {
    /** Go on. */
    CONTINUE,
    /** The task was given to another daemon: do nothing irreversible any more. */
    FENCED,
    /** The task is not wanted any more: end it. */
    CANCEL,
    /** The server does not know it: the agent goes on, what is unacknowledged is kept, nothing irreversible is done. */
    UNKNOWN;

    /** Reads the name on the wire; a word that this version does not know is the careful {@link #UNKNOWN}. */
    @JsonCreator
    public static RunVerdict of(String wire) {
        for (RunVerdict verdict : values()) {
            if (verdict.wire().equals(wire)) {
                return verdict;
            }
        }
        return UNKNOWN;
    }

    /** The name on the wire. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
