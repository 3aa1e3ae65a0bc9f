package dev.makima.config;

import dev.makima.base.Secret;
import dev.makima.base.Text;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Variables for an agent: names are kept exactly as written, values may be tokens and are never shown. */
record EnvironmentType() implements ValueType<Map<String, Secret>> {
    private static final Pattern NAME = Pattern.compile("[^=\\x00]+");

    @Override
    public String expected() {
        return "variables with their values as text (in a variable or flag as JSON)";
    }

    @Override
    public String example() {
        return "{NAME = \"value\"}";
    }

    @Override
    public boolean secret() {
        return true;
    }

    @Override
    public Map<String, Secret> fromText(String text, Paths paths) {
        if (text.strip().equals("{}")) {
            // The default: not worth the start of a JSON parser.
            return Map.of();
        }
        try {
            return fromTree(Trees.plain(new JsonObject(text)), paths);
        } catch (DecodeException e) {
            // The parser's message repeats the text, which may hold tokens.
            throw new BadValueException("a text that is no JSON object");
        }
    }

    @Override
    public Map<String, Secret> fromTree(Object value, Paths paths) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new BadValueException(Found.describe(value, true));
        }
        Map<String, Secret> out = new LinkedHashMap<>();
        map.forEach((name, content) -> out.put(name(String.valueOf(name)), content(String.valueOf(name), content)));
        return out;
    }

    @Override
    public Object show(Map<String, Secret> value) {
        Map<String, Object> masked = new TreeMap<>();
        value.forEach((name, secret) -> masked.put(name, secret.toString()));
        return masked;
    }

    private static String name(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new BadValueException("the variable name \"" + Text.abbreviate(name, 60) + "\"");
        }
        return name;
    }

    /** Whole numbers and truth values have one text form; others (1.10, dates) have several, so quotes are needed. */
    private static Secret content(String name, Object value) {
        boolean clear = value instanceof String
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long;
        if (!clear || value.toString().indexOf('\0') >= 0) {
            String found = value == null ? "nothing" : Found.describe(value, true);
            throw new BadValueException(found + " for " + Text.abbreviate(name, 60) + " (put it in quotes)");
        }
        return new Secret(value.toString());
    }
}
