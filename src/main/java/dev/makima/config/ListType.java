package dev.makima.config;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A list: in a file a list, in a variable or flag "a,b" or a JSON list.
 *
 * @param item what is in it
 */
record ListType<T>(ValueType<T> item) implements ValueType<List<T>> {
    @Override
    public String expected() {
        return "a list, each item " + item.expected();
    }

    @Override
    public String example() {
        return "[" + item.example() + "]";
    }

    @Override
    public boolean secret() {
        return item.secret();
    }

    @Override
    public List<T> fromText(String text, Paths paths) {
        String stripped = text.strip();
        if (stripped.startsWith("[")) {
            try {
                return fromTree(Trees.plain(new JsonArray(stripped)), paths);
            } catch (DecodeException e) {
                // The parser's message repeats the text.
                throw new BadValueException("a text that begins like a JSON list and is none");
            }
        }
        List<T> out = new ArrayList<>();
        for (String part : stripped.split(",")) {
            if (!part.isBlank()) {
                out.add(item.fromText(part.strip(), paths));
            }
        }
        return List.copyOf(out);
    }

    @Override
    public List<T> fromTree(Object value, Paths paths) {
        if (!(value instanceof List<?> list)) {
            throw new BadValueException(Found.describe(value, secret()));
        }
        List<T> out = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            try {
                out.add(item.fromTree(present(list.get(i)), paths));
            } catch (BadValueException e) {
                throw new BadValueException(e.found() + " as item " + (i + 1));
            }
        }
        return List.copyOf(out);
    }

    @Override
    public Object show(List<T> value) {
        return value.stream().map(item::show).toList();
    }

    private static Object present(@Nullable Object value) {
        if (value == null) {
            throw new BadValueException("nothing");
        }
        return value;
    }
}
