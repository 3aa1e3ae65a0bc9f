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
 * <p>Found by its first eight bytes in a hash table, so that a byte of output costs the same whether there is one value or
 * one for each of ten thousand runs.
 */
final class Needles {
    /** The shortest value that is searched for, in bytes of UTF-8. */
    static final int SHORTEST = 8;

    static final Needles NONE = new Needles(new boolean[256], new byte[16][][], 0, 0);

    private final boolean[] begins;
    /** By hash, with the next free place for what is there already; never more than half full. */
    private final byte[][][] table;

    private final int heads;
    private final int longest;

    private Needles(boolean[] begins, byte[][][] table, int heads, int longest) {
        this.begins = begins;
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
        Builder builder = new Builder(begins.clone(), size, longest);
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
        long head = head(bytes) >>> Byte.SIZE;
        for (int i = 0; i + SHORTEST <= length; i++) {
            head = head << Byte.SIZE | (original[i + SHORTEST - 1] & 0xFF);
            if (!begins[original[i] & 0xFF]) {
                continue;
            }
            byte @Nullable [][] alike = table[place(table, head)];
            for (int c = 0; alike != null && c < alike.length; c++) {
                byte[] needle = alike[c];
                int end = i + needle.length;
                if (end <= length && Arrays.equals(original, i, end, needle, 0, needle.length)) {
                    // One may overlap another.
                    original = any ? original : bytes.clone();
                    any = true;
                    Arrays.fill(bytes, i, end, (byte) '*');
                }
            }
        }
        return any;
    }

    private static long head(byte[] bytes) {
        long head = 0;
        for (int i = 0; i < SHORTEST; i++) {
            head = head << Byte.SIZE | (bytes[i] & 0xFF);
        }
        return head;
    }

    /** Where those that begin like this are, or would be put. */
    private static int place(byte[][][] table, long head) {
        long mixed = head * 0x9E3779B97F4A7C15L;
        int place = (int) (mixed >>> 32) & (table.length - 1);
        while (table[place] != null && head(table[place][0]) != head) {
            place = (place + 1) & (table.length - 1);
        }
        return place;
    }

    private static final class Builder {
        private final boolean[] begins;
        private final byte[][][] table;
        private int heads;
        private int longest;

        Builder(boolean[] begins, int size, int longest) {
            this.begins = begins;
            this.table = new byte[size][][];
            this.longest = longest;
        }

        void put(byte[][] alike) {
            table[place(table, head(alike[0]))] = alike;
            heads++;
        }

        void add(byte[] needle) {
            begins[needle[0] & 0xFF] = true;
            longest = Math.max(longest, needle.length);
            int place = place(table, head(needle));
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
            return new Needles(begins, table, heads, longest);
        }
    }
}
