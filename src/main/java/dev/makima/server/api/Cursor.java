package dev.makima.server.api;

import dev.makima.base.MakimaException;
import dev.makima.server.store.TaskTable;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Where a page of a list ended, as callers hand it back. Stateless. */
final class Cursor {
    private Cursor() {}

    /**
     * Where a page ended.
     *
     * @param number what the list is ordered by
     * @param rest what tells apart those that have the same number
     */
    record At(long number, String rest) {}

    static String of(TaskTable.Position place) {
        return of(place.createdAt().toEpochMilli(), place.id());
    }

    static String of(long number, String rest) {
        String cursor = number + ":" + rest;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(cursor.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads one; throws VALIDATION for what is none. */
    static @Nullable At at(@Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            return new At(Long.parseLong(text, 0, colon, 10), text.substring(colon + 1));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw wrong();
        }
    }

    /** Reads one of a list by age; throws VALIDATION for what is none. */
    static TaskTable.@Nullable Position read(@Nullable String cursor) {
        At at = at(cursor);
        return at == null ? null : new TaskTable.Position(Instant.ofEpochMilli(at.number()), at.rest());
    }

    static MakimaException wrong() {
        return Errors.validation("not a cursor of this list", "Take nextCursor of the page before");
    }
}
