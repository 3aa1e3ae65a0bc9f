package dev.makima.config;

import java.util.List;
import java.util.Optional;

/**
 * One key of a configuration: all that reading, checking, printing and documenting it needs.
 *
 * @param path section and name, "server.url"
 * @param defaultText what it is where nobody says anything; "~/.makima" in it stands for the key home
 * @param derivedFrom what it comes from where nobody says anything and there is no default
 * @param required whether there has to be a value
 * @param flag the flag that gives it, "--server-url"
 * @param shortForms names of variables beside the regular one; they win over it, the first one first
 * @param meaning one line for the table of keys
 * @param <T> what its value becomes
 */
record Key<T>(
        String path,
        ValueType<T> type,
        Optional<String> defaultText,
        Optional<String> derivedFrom,
        boolean required,
        Optional<String> flag,
        List<String> shortForms,
        String meaning) {

    /** A key with a default. */
    static <T> Key<T> of(String path, ValueType<T> type, String defaultText, String meaning) {
        return new Key<>(
                path, type, Optional.of(defaultText), Optional.empty(), false, Optional.empty(), List.of(), meaning);
    }

    /** A key that has to be given. */
    static <T> Key<T> required(String path, ValueType<T> type, String meaning) {
        return new Key<>(path, type, Optional.empty(), Optional.empty(), true, Optional.empty(), List.of(), meaning);
    }

    /** A key that may stay without a value. */
    static <T> Key<T> optional(String path, ValueType<T> type, String meaning) {
        return new Key<>(path, type, Optional.empty(), Optional.empty(), false, Optional.empty(), List.of(), meaning);
    }

    /** The same key, its value coming from another one where nobody gives it. */
    Key<T> derivedFrom(String other) {
        return new Key<>(path, type, defaultText, Optional.of(other), required, flag, shortForms, meaning);
    }

    /** The same key with a flag of its own. */
    Key<T> flag(String name) {
        return new Key<>(path, type, defaultText, derivedFrom, required, Optional.of(name), shortForms, meaning);
    }

    /** The same key with further names of variables. */
    Key<T> variables(String... names) {
        return new Key<>(path, type, defaultText, derivedFrom, required, flag, List.of(names), meaning);
    }

    /** The path in the form in which all spellings are one, dots kept. */
    String normalPath() {
        return Names.normal(path);
    }

    /** The last part of the path. */
    String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** The path without its last part; empty for a key outside all sections. */
    String section() {
        return path.contains(".") ? path.substring(0, path.lastIndexOf('.')) : "";
    }
}
