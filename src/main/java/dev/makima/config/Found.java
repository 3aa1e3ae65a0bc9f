package dev.makima.config;

import dev.makima.base.Text;
import java.util.Collection;
import java.util.Map;

/** Words for what was found where something else was needed. */
final class Found {
    private Found() {}

    /** The value in words; only its kind where it must not be seen. */
    static String describe(Object value, boolean secret) {
        return switch (value) {
            case String text when text.isEmpty() -> "an empty text";
            case String text -> secret ? "a text" : "the text \"" + Text.abbreviate(text, 60) + "\"";
            case Number number -> secret ? "a number" : "the number " + number;
            case Boolean flag -> secret ? "a truth value" : "the truth value " + flag;
            case Collection<?> list -> "a list of " + list.size();
            case Map<?, ?> map -> map.isEmpty() ? "an empty section" : "a section";
            default -> "something else";
        };
    }
}
