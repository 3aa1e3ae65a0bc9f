package dev.makima.server.api;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which version a PUT is meant for, so that nobody overwrites what he has not seen: the field "version" of its body, or the
 * ETag that a GET of the same address was answered with, in If-Match. Who says neither changes whatever is there.
 *
 * @param version the only one that may be changed; null for whichever it is
 */
record Meant(@Nullable Long version) {
    private static final String IF_MATCH = "If-Match";
    /** That of nothing. */
    private static final Meant NONE = new Meant(-1L);

    /**
     * As the request says it. A tag becomes the version that it is the tag of, so that what happens between this look and
     * the change is noticed too.
     *
     * @param present as a GET answers it, with its version; only asked where there is a tag
     */
    static Future<Meant> of(RoutingContext context, Body body, Supplier<Future<JsonObject>> present) {
        Long version = body.number("version", 0, Long.MAX_VALUE);
        String tags = tags(context);
        if (tags == null) {
            return Future.succeededFuture(new Meant(version));
        }
        return present.get().map(now -> {
            if (!Etag.isKnown(tags, Etag.of(Buffer.buffer(now.encode())))) {
                return NONE;
            }
            return new Meant(version == null ? now.getLong("version") : version);
        });
    }

    private static @Nullable String tags(RoutingContext context) {
        String tags = context.request().getHeader(IF_MATCH);
        // A star is whatever is there.
        return tags == null || tags.strip().equals("*") ? null : tags;
    }

    /** Somebody else has changed it: the answer, 412 to a tag and else 409, shows how it is now. */
    static void outdated(RoutingContext context, String what, JsonObject current) {
        MakimaException why = new MakimaException(
                ErrorCode.CONFLICT,
                what + " has version " + current.getLong("version") + " by now",
                "Look at what it is now, and send that version");
        Query.json(
                context,
                tags(context) == null ? 409 : 412,
                new JsonObject()
                        .put("code", why.code().name())
                        .put("message", why.explain())
                        .put("current", current));
    }
}
