package dev.makima.config;

import java.nio.file.Path;
import java.util.List;

/**
 * A configuration that can be used.
 *
 * @param warnings what is odd about it, a sentence each, to be logged
 * @param files the files that were read, highest first
 * @param printout what --print-config shows
 * @param <T> what was loaded
 */
public record Loaded<T>(T config, List<String> warnings, List<Path> files, Printout printout) {

    /** Copies the lists. */
    public Loaded {
        warnings = List.copyOf(warnings);
        files = List.copyOf(files);
    }

    /** What --print-config prints: every key, its value, its source; secrets masked. */
    public String print() {
        return printout.text();
    }

    /** The same as one JSON object: key to {value, source}. */
    public String printJson() {
        return printout.json().encodePrettily() + "\n";
    }
}
