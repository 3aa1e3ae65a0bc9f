package dev.makima.config;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The values of all keys of a table, each with its source. Immutable once made.
 *
 * @param resolved every key of the table
 */
record Values(Map<Key<?>, Resolved> resolved) {

    /**
     * What became of one key.
     *
     * @param value its value, or null where there is none
     * @param valid whether what was given is what the key needs
     */
    record Resolved(@Nullable Object value, Source source, boolean valid) {}

    /** The value of a key that has one in every valid configuration. */
    <T> T get(Key<T> key) {
        return find(key).orElseThrow(() -> new IllegalStateException("no value for " + key.path()));
    }

    /** The value of a key that may have none. */
    @SuppressWarnings("unchecked") // A key's value was made by the key's own type.
    <T> Optional<T> find(Key<T> key) {
        Resolved found = resolved.get(key);
        return found == null ? Optional.empty() : Optional.ofNullable((T) found.value());
    }
}
