package dev.makima.daemon.bus;

import java.util.List;

/**
 * What became of all that is left over.
 *
 * @param goesOn whether it takes longer than an answer may: the rest is done behind it, and logged
 */
public record CleanedUp(List<Cleaned> all, boolean goesOn) {
    /** Copies the list. */
    public CleanedUp {
        all = List.copyOf(all);
    }
}
