package dev.makima.config;

import java.util.List;

/**
 * One thing wrong with a configuration.
 *
 * @param key the key it is about, or empty where it is about a whole file
 * @param what what is wrong: names the source, what was found, what is needed
 * @param cures how to set it right, a line each
 * @param ofCommandLine whether a flag of the command line is what is wrong
 */
public record Problem(String key, String what, List<String> cures, boolean ofCommandLine) {

    /** Copies the list. */
    public Problem {
        cures = List.copyOf(cures);
    }

    /** A problem of what no flag says. */
    Problem(String key, String what, List<String> cures) {
        this(key, what, cures, false);
    }

    /** A problem of a whole file. */
    static Problem ofFile(String what, String cure) {
        return new Problem("", what, List.of(cure));
    }

    /** The problem as lines to print. */
    String text() {
        StringBuilder out = new StringBuilder("  ").append(what);
        cures.forEach(cure -> out.append("\n      ").append(cure));
        return out.toString();
    }
}
