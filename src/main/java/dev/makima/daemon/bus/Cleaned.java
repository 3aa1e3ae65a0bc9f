package dev.makima.daemon.bus;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of one thing that is left over.
 *
 * @param kind what it is: processes, worktree, spool, temporary, cgroups or copy
 * @param subject which one, for people
 * @param outcome what was done with it
 * @param text why, for people
 * @param cure what a person can do about one that stays, or null
 */
public record Cleaned(
        String kind,
        String subject,
        Outcome outcome,
        String text,
        @Nullable String cure) {
    /** What was done. */
    public enum Outcome {
        /** It is gone. */
        REMOVED,
        /** It would be gone, had it not been asked only what would be done. */
        WOULD_GO,
        /** It stays, since nothing proves that it is not needed. */
        KEPT,
        /** It was to go, and could not be removed. */
        FAILED
    }

    /** As it travels to the one who asked. */
    public JsonObject toJson() {
        return new JsonObject()
                .put("kind", kind)
                .put("subject", subject)
                .put("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .put("text", text)
                .put("cure", cure);
    }

    /** Reads {@link #toJson}. */
    public static Cleaned of(JsonObject json) {
        return new Cleaned(
                json.getString("kind", ""),
                json.getString("subject", ""),
                Outcome.valueOf(json.getString("outcome", "kept").toUpperCase(Locale.ROOT)),
                json.getString("text", ""),
                json.getString("cure"));
    }
}
