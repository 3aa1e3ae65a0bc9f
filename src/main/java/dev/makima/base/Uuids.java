package dev.makima.base;

import java.util.UUID;

/** Strict reading of UUIDs: {@link UUID#fromString} takes "1-1-1-1-1", which is no id of ours. */
public final class Uuids {
    private Uuids() {}

    /**
     * Reads a UUID in text, upper or lower case.
     *
     * @param what what it is the id of, for the error
     * @throws MakimaException VALIDATION where the text is no UUID
     */
    public static UUID parse(String what, String text) {
        try {
            UUID id = UUID.fromString(text);
            // Each piece of output names two, and this is far cheaper than a pattern: a whole one reads back the same.
            if (id.toString().equalsIgnoreCase(text)) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // Told below like one that is only nearly an id.
        }
        throw new MakimaException(
                ErrorCode.VALIDATION,
                "not a valid " + what + ": " + Text.abbreviate(text, 60),
                "It has to be a UUID such as 550e8400-e29b-41d4-a716-446655440000");
    }
}
