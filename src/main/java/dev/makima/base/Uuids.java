package dev.makima.base;

import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/** Strict reading of UUIDs: {@link UUID#fromString} takes "1-1-1-1-1", which is no id of ours. */
public final class Uuids {
    private static final Pattern CANONICAL =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private Uuids() {}

    /**
     * Reads a UUID in text, upper or lower case.
     *
     * @param what what it is the id of, for the error
     * @throws MakimaException VALIDATION where the text is no UUID
     */
    public static UUID parse(String what, String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!CANONICAL.matcher(lower).matches()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION,
                    "not a valid " + what + ": " + Text.abbreviate(text, 60),
                    "It has to be a UUID such as 550e8400-e29b-41d4-a716-446655440000");
        }
        return UUID.fromString(lower);
    }
}
