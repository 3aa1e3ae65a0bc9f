package dev.makima.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Trees of plain maps and lists: every processor mixes these with JSON objects in its own way. */
final class Trees {
    private Trees() {}

    /** The tree, without any JSON object or array in it; names as text, in their order. */
    static Map<String, @Nullable Object> plain(@Nullable JsonObject tree) {
        return tree == null ? Map.of() : map(tree.getMap());
    }

    /** The list, without any JSON object or array in it. */
    static List<@Nullable Object> plain(JsonArray list) {
        return list(list.getList());
    }

    private static Map<String, @Nullable Object> map(Map<?, ?> map) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        map.forEach((name, value) -> out.put(String.valueOf(name), value(value)));
        return out;
    }

    private static List<@Nullable Object> list(Collection<?> list) {
        List<@Nullable Object> out = new ArrayList<>();
        list.forEach(item -> out.add(value(item)));
        return out;
    }

    private static @Nullable Object value(@Nullable Object value) {
        return switch (value) {
            case JsonObject object -> map(object.getMap());
            case JsonArray array -> list(array.getList());
            case Map<?, ?> map -> map(map);
            case Collection<?> list -> list(list);
            case null, default -> value;
        };
    }
}
