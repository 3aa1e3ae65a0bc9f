package dev.makima.server.api;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * What an answer is told apart by: made of its bytes, so that nothing has to be kept for it, and the same whichever node
 * answers. It saves the way and the reading, not the making. Stateless.
 */
final class Etag {
    private static final int BYTES = 16;

    private Etag() {}

    /** Ends the request with that body, or with 304 where the caller has it already. For GET, HEAD and status 200. */
    static void end(RoutingContext context, Buffer body) {
        HttpMethod method = context.request().method();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            context.response().end(body);
            return;
        }
        String tag = of(body);
        context.response().putHeader("ETag", tag);
        if (!context.response().headers().contains("Cache-Control")) {
            // It may be kept by who asked, but has to be asked about each time; by nobody on the way.
            context.response().putHeader("Cache-Control", "private, no-cache");
        }
        if (isKnown(context.request().getHeader("If-None-Match"), tag)) {
            context.response().headers().remove("Content-Type");
            context.response().setStatusCode(304).end();
        } else {
            // Said here, since it is not by itself where the body is left out.
            context.response()
                    .putHeader("Content-Length", Integer.toString(body.length()))
                    .end(body);
        }
    }

    static String of(Buffer body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body.getBytes());
            byte[] part = Arrays.copyOf(digest, BYTES);
            return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(part) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new MakimaException(ErrorCode.INTERNAL, "this Java has no SHA-256", null, e);
        }
    }

    /** Whether one of the tags of the header is that one; a weak one counts, since a proxy may have made it so. */
    static boolean isKnown(@org.jspecify.annotations.Nullable String header, String tag) {
        if (header == null) {
            return false;
        }
        for (String each : header.split(",", 100)) {
            String known = each.strip();
            if (known.equals("*") || known.equals(tag) || known.equals("W/" + tag)) {
                return true;
            }
        }
        return false;
    }
}
