package dev.makima.base;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The three streams of a run's output. */
public enum StreamName {
    /** What the agent writes to standard output: JSON lines. */
    STDOUT,
    /** What the agent writes to standard error. */
    STDERR,
    /** The daemon's own lines about the run. */
    DAEMON;

    /**
     * Reads the name on the wire.
     *
     * @throws MakimaException VALIDATION where there is no such stream
     */
    @JsonCreator
    public static StreamName of(String wire) {
        for (StreamName name : values()) {
            if (name.wire().equals(wire)) {
                return name;
            }
        }
        throw new MakimaException(
                ErrorCode.VALIDATION,
                "not a stream: " + Text.abbreviate(wire, 40),
                "It has to be one of stdout, stderr, daemon");
    }

    /** The name on the wire and in the database: lower case. */
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
