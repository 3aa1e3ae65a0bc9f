package dev.makima.config;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What --print-config shows: every key, its value with secrets masked, and its source. Immutable. */
public final class Printout {
    private static final int WIDEST = 60;

    private final List<Line> lines;

    private record Line(String key, Object value, boolean set, String source) {}

    Printout(KeyTable table, Values values) {
        lines = table.keys().stream().map(key -> line(key, values)).toList();
    }

    private static <T> Line line(Key<T> key, Values values) {
        Values.Resolved resolved = values.resolved().get(key);
        Source source = resolved == null ? new Source.Default() : resolved.source();
        String words = resolved != null && !resolved.valid() ? source.words() + " (not valid)" : source.words();
        return values.find(key)
                .map(value -> new Line(key.path(), key.type().show(value), true, words))
                .orElseGet(() -> new Line(key.path(), "", false, words));
    }

    /** One line a key; the whole is a valid TOML file, sources as comments. */
    public String text() {
        return lines.stream().map(Printout::text).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String text(Line line) {
        String left = line.set() ? line.key() + " = " + toml(line.value()) : "# " + line.key() + " is not set";
        return left + " ".repeat(Math.max(1, WIDEST - left.length())) + "# " + line.source();
    }

    /** One object: key to {value, source}; a key without a value has null. */
    public JsonObject json() {
        JsonObject out = new JsonObject();
        for (Line line : lines) {
            out.put(
                    line.key(),
                    new JsonObject()
                            .put("value", line.set() ? line.value() : null)
                            .put("source", line.source()));
        }
        return out;
    }

    private static String toml(Object value) {
        return switch (value) {
            case String text -> quoted(text);
            case List<?> list -> list.stream().map(Printout::toml).collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(entry -> quoted(String.valueOf(entry.getKey())) + " = " + toml(entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            default -> value.toString();
        };
    }

    /** JSON's escapes are all known to TOML. */
    private static String quoted(String text) {
        String list = new JsonArray().add(text).encode();
        return list.substring(1, list.length() - 1);
    }
}
