package dev.makima.base;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.UUID;

/** A task's id: a UUID in canonical lower-case text wherever it is written. */
public record TaskId(UUID value) {
    /**
     * Reads the canonical text form.
     *
     * @throws MakimaException VALIDATION where it is none
     */
    @JsonCreator
    public static TaskId of(String text) {
        return new TaskId(Uuids.parse("task id", text));
    }

    /** The first 8 hex digits: enough for people, never for identity. */
    public String shortId() {
        return value.toString().substring(0, 8);
    }

    /** The canonical text form. */
    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
