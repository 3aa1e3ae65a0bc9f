package dev.makima.daemon.store;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * How an autonomous loop gets on, counted after each launch.
 *
 * @param hash of what was in the working directory after the last launch, or before the first; null where not known
 * @param unchanged how many launches in a row have left the directory as it was
 * @param error what was in the way after the last launch, or null
 * @param sameError how many launches in a row had that in their way
 */
public record LoopProgress(
        @Nullable String hash, int unchanged, @Nullable String error, int sameError) {
    /** Nothing has been counted. */
    public static final LoopProgress NONE = new LoopProgress(null, 0, null, 0);

    /** That of a loop whose first launch is about to be. */
    public static LoopProgress beginningAt(@Nullable String hash) {
        return new LoopProgress(hash, 0, null, 0);
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("hash", hash)
                .put("unchanged", unchanged)
                .put("error", error)
                .put("sameError", sameError);
    }

    static LoopProgress of(@Nullable JsonObject json) {
        return json == null
                ? NONE
                : new LoopProgress(
                        json.getString("hash"),
                        json.getInteger("unchanged", 0),
                        json.getString("error"),
                        json.getInteger("sameError", 0));
    }
}
