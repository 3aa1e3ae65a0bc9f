package dev.makima.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Lists that come in pages, whole. Stateless. */
public final class Pages {
    /** A server that goes on for ever is not followed. */
    private static final int MAX = 100;

    private Pages() {}

    /**
     * All of a list, as one answer; blocking.
     *
     * @param path with its query, if any
     * @param name of the list in the answer
     */
    public static ObjectNode all(ApiClient api, String path, String name) {
        ObjectNode all = Json.object();
        all.putArray(name);
        @Nullable String cursor = null;
        for (int i = 0; i < MAX && (i == 0 || cursor != null); i++) {
            String next = cursor == null ? "" : (path.contains("?") ? "&" : "?") + "cursor=" + ApiClient.encode(cursor);
            JsonNode page = api.get(path + next);
            page.path(name).forEach(all.withArray(name)::add);
            cursor = page.path("nextCursor").asText(null);
        }
        return all;
    }
}
