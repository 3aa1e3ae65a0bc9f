package dev.makima.server.api;

import dev.makima.server.store.TaskTable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Where a page of a list by age ended, as callers hand it back. Stateless. */
final class Cursor {
    private Cursor() {}

    static String of(Instant createdAt, String id) {
        String cursor = createdAt.toEpochMilli() + ":" + id;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads one; throws VALIDATION for what is none. */
    static TaskTable.@Nullable Position read(@Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            return new TaskTable.Position(
                    Instant.ofEpochMilli(Long.parseLong(text, 0, colon, 10)), text.substring(colon + 1));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw Errors.validation("not a cursor of this list", "Take nextCursor of the page before");
        }
    }
}
