package dev.makima.daemon.link;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is searched for in bytes: each value as it is, and as it is written inside JSON. Immutable.
 *
 * <p>Found by its first eight bytes (Wu and Manber): the last two of eight bytes of output tell how far to the next place
 * where a value can begin, mostly seven bytes on; the eight are looked up in a hash table. So output costs little with few
 * values, and not much more with one for each of ten thousand runs.
 */
final class Needles {
    /** The shortest value that is searched for, in bytes of UTF-8. */
    static final int SHORTEST = 8;

    /** What the last two bytes are told apart by: six bits of each. */
    private static final int PAIRS = 1 << 12;

    static final Needles NONE = new Needles(fullShifts(), new byte[16][][], 0, 0);

    /** By the last two of eight bytes: how far on the next eight are that a value can begin with; 0 for these very ones. */
    private final byte[] shifts;
    /** By hash, with the next free place for what is there already; never more than half full. */
    private final byte[][][] table;

    private final int heads;
    private final int longest;

    private Needles(byte[] shifts, byte[][][] table, int heads, int longest) {
        this.shifts = shifts;
        this.table = table;
        this.heads = heads;
        this.longest = longest;
    }

    /** The length of the longest in bytes; 0 where there is none. */
    int longest() {
        return longest;
    }

    /** These and more; none of them shorter than {@link #SHORTEST}. */
    Needles with(Collection<String> values) {
        Set<String> forms = new LinkedHashSet<>(values);
        values.forEach(
                value -> forms.add(new String(JsonStringEncoder.getInstance().quoteAsString(value))));
        int size = table.length;
        while (size < 2 * (heads + forms.size())) {
            size *= 2;
        }
        Builder builder = new Builder(shifts.clone(), size, longest);
        for (byte @Nullable [][] alike : table) {
            if (alike != null) {
                builder.put(alike);
            }
        }
        forms.forEach(form -> builder.add(form.getBytes(StandardCharsets.UTF_8)));
        return builder.build();
    }

    /**
     * Writes asterisks over each that is found.
     *
     * @return whether there was one
     */
    boolean mask(byte[] bytes, int length) {
        if (longest == 0 || length < SHORTEST) {
            return false;
        }
        byte[] original = bytes;
        boolean any = false;
        int last = SHORTEST - 1;
        while (last < length) {
            int shift = shifts[pair(original[last - 1], original[last])];
            if (shift > 0) {
                last += shift;
                continue;
            }
            int from = last - (SHORTEST - 1);
            last++;
            byte @Nullable [][] alike = table[place(table, head(original, from))];
            for (int c = 0; alike != null && c < alike.length; c++) {
                byte[] needle = alike[c];
                int end = from + needle.length;
                if (end <= length && Arrays.equals(original, from, end, needle, 0, needle.length)) {
                    // One may overlap another.
                    original = any ? original : bytes.clone();
                    any = true;
                    Arrays.fill(bytes, from, end, (byte) '*');
                }
            }
        }
        return any;
    }

    private static int pair(byte first, byte second) {
        return (first & 0x3F) << 6 | (second & 0x3F);
    }

    private static byte[] fullShifts() {
        byte[] shifts = new byte[PAIRS];
        Arrays.fill(shifts, (byte) (SHORTEST - 1));
        return shifts;
    }

    private static long head(byte[] bytes, int from) {
        long head = 0;
        for (int i = from; i < from + SHORTEST; i++) {
            head = head << Byte.SIZE | (bytes[i] & 0xFF);
        }
        return head;
    }

    /** Where those that begin like this are, or would be put. */
    private static int place(byte[][][] table, long head) {
        long mixed = head * 0x9E3779B97F4A7C15L;
        int place = (int) (mixed >>> 32) & (table.length - 1);
        while (table[place] != null && head(table[place][0], 0) != head) {
            place = (place + 1) & (table.length - 1);
        }
        return place;
    }

    private static final class Builder {
        private final byte[] shifts;
        private final byte[][][] table;
        private int heads;
        private int longest;

        Builder(byte[] shifts, int size, int longest) {
            this.shifts = shifts;
            this.table = new byte[size][][];
            this.longest = longest;
        }

        void put(byte[][] alike) {
            table[place(table, head(alike[0], 0))] = alike;
            heads++;
        }

        void add(byte[] needle) {
            for (int i = 1; i < SHORTEST; i++) {
                int pair = pair(needle[i - 1], needle[i]);
                shifts[pair] = (byte) Math.min(shifts[pair], SHORTEST - 1 - i);
            }
            longest = Math.max(longest, needle.length);
            int place = place(table, head(needle, 0));
            byte @Nullable [][] alike = table[place];
            if (alike == null) {
                put(new byte[][] {needle});
            } else if (Arrays.stream(alike).noneMatch(known -> Arrays.equals(known, needle))) {
                byte[][] more = Arrays.copyOf(alike, alike.length + 1);
                more[alike.length] = needle;
                table[place] = more;
            }
        }

        Needles build() {
            return new Needles(shifts, table, heads, longest);
        }
    }
}
