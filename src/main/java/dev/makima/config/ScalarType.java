package dev.makima.config;

import java.math.BigInteger;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A type whose values are single words or numbers. What is strict is the kind of value in a file: a number in quotes
 * is a text, and a text is no number.
 *
 * @param kind what it has to be in a file
 * @param parse reads the text of it; throws {@link BadValueException}
 * @param display the value as it is shown
 */
record ScalarType<T>(
        Kind kind,
        String expected,
        String example,
        boolean secret,
        BiFunction<String, Paths, T> parse,
        Function<T, Object> display)
        implements ValueType<T> {

    /** What a scalar is in a file. */
    enum Kind {
        TEXT,
        WHOLE_NUMBER,
        TRUTH
    }

    @Override
    public T fromText(String text, Paths paths) {
        String normal = switch (kind) {
            case TEXT -> text;
            case WHOLE_NUMBER -> text.strip();
            case TRUTH -> text.strip().toLowerCase(Locale.ROOT);
        };
        return parse.apply(normal, paths);
    }

    @Override
    public T fromTree(Object value, Paths paths) {
        boolean fits = switch (kind) {
            case TEXT -> value instanceof String;
            case WHOLE_NUMBER -> value instanceof Integer || value instanceof Long || value instanceof BigInteger;
            case TRUTH -> value instanceof Boolean;
        };
        if (!fits) {
            String hint = kind == Kind.TEXT && (value instanceof Number || value instanceof Boolean)
                    ? " (put it in quotes)"
                    : "";
            throw new BadValueException(Found.describe(value, secret) + hint);
        }
        return parse.apply(value.toString(), paths);
    }

    @Override
    public Object show(T value) {
        return display.apply(value);
    }
}
