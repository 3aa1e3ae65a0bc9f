package dev.makima.process;

import java.util.Optional;

/**
 * Which process is meant, beyond doubt: a number alone may be another process's by now.
 *
 * @param pid its number, in the PID namespace below
 * @param startTicks when it started, in clock ticks since boot: field 22 of its stat. Raw, since a time of day moves
 *     with the clock
 * @param bootId the kernel's id of the boot it belongs to
 * @param pidNamespace the inode of its PID namespace
 */
public record ProcessIdentity(long pid, long startTicks, String bootId, long pidNamespace) {
    /** One line of text as the launch directory keeps it: the four parts, a space between. */
    String line() {
        return pid + " " + startTicks + " " + bootId + " " + pidNamespace;
    }

    /** Reads {@link #line()}; empty where the text is none. */
    static Optional<ProcessIdentity> parse(String line) {
        String[] parts = line.split(" ", -1);
        if (parts.length != 4) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ProcessIdentity(
                    Long.parseLong(parts[0]), Long.parseLong(parts[1]), parts[2], Long.parseLong(parts[3])));
        } catch (NumberFormatException e) {
            // Not written by a holder of ours: as good as not there.
            return Optional.empty();
        }
    }
}
