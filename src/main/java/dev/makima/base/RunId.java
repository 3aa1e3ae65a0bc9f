package dev.makima.base;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** The id of a run, which is one go at a task: from its admission by a daemon to its completion. */
public record RunId(UUID value) {
    /**
     * Reads the canonical text form.
     *
     * @throws MakimaException VALIDATION where it is none
     */
    @JsonCreator
    public static RunId of(String text) {
        return new RunId(Uuids.parse("run id", text));
    }

    /** The canonical text form. */
    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
