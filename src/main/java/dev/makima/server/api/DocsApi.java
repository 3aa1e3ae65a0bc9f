package dev.makima.server.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Shows the OpenAPI document to people, without a key. To be used on one event loop. */
final class DocsApi {
    private final String document;
    private @Nullable Buffer page;

    DocsApi(String document) {
        this.document = document;
    }

    void get(RoutingContext context) {
        Buffer html = page;
        if (html == null) {
            // Made when it is first asked for: hardly any start of a server needs it.
            html = Buffer.buffer(new DocsPage(new JsonObject(document)).html());
            page = html;
        }
        context.response()
                .putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Content-Security-Policy", DocsPage.POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cache-Control", "no-cache");
        Etag.end(context, html);
    }
}
