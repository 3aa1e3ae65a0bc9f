package dev.makima.testkit;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A long output in short: two outputs with equal tallies have the same lines in the same order.
 *
 * @param lines complete lines
 * @param bytes bytes in UTF-8, a newline per line included
 * @param checksum the CRC-32C over those bytes
 */
public record OutputTally(long lines, long bytes, long checksum) {
    /** The tally of these lines, given without their newlines. */
    public static OutputTally of(Stream<String> lines) {
        Counter counter = new Counter();
        lines.forEachOrdered(line -> counter.add(line, false));
        return counter.tally();
    }

    /** Counts as the output comes. Safe for use by several threads; the order is that of the calls. */
    static final class Counter {
        private final CRC32C checksum = new CRC32C();
        private long lines;
        private long bytes;

        /** Adds one line, or a part of one that another part follows. */
        synchronized void add(String text, boolean partial) {
            byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
            checksum.update(encoded);
            bytes += encoded.length;
            if (!partial) {
                checksum.update('\n');
                bytes++;
                lines++;
            }
        }

        /** What was counted so far. */
        synchronized OutputTally tally() {
            return new OutputTally(lines, bytes, checksum.getValue());
        }
    }
}
