package dev.makima.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the command line says. Immutable.
 *
 * @param values dotted key ("server.url") to text; keys of the other program are passed over, so that one set of
 *     flags can serve a daemon and a server in one process
 * @param configFile the file of --config
 */
public record Flags(Map<String, String> values, Optional<Path> configFile) {

    /** Copies the map. */
    public Flags {
        values = Map.copyOf(values);
    }

    /** The keys alone: a value may be secret. */
    @Override
    public String toString() {
        return "Flags[values=" + values.keySet() + ", configFile=" + configFile + "]";
    }

    /** A command line that says nothing. */
    public static Flags none() {
        return new Flags(Map.of(), Optional.empty());
    }

    /** A command line with these values and no --config. */
    public static Flags of(Map<String, String> values) {
        return new Flags(values, Optional.empty());
    }
}
