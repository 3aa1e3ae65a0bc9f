package dev.makima.daemon.link;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The values that leave this machine only as asterisks, as many as they have bytes: each as it is, and as it is written
 * inside JSON. Thread-safe; a value is never forgotten, since output that holds it may be sent again.
 */
public final class Secrets {
    private static final System.Logger LOG = System.getLogger(Secrets.class.getName());
    /** What is shorter stands in many places for something else. */
    private static final int SHORTEST = 8;

    private final Set<String> values = new HashSet<>();
    private final Set<String> warned = new HashSet<>();
    private volatile Needles needles = Needles.of(Set.of());

    /**
     * Hides these values from now on; a short one is not hidden, which is said once.
     *
     * @param named values by the names they are known under, of which only names are ever logged
     */
    public synchronized void add(Map<String, String> named) {
        boolean more = false;
        for (Map.Entry<String, String> secret : named.entrySet()) {
            if (secret.getValue().getBytes(StandardCharsets.UTF_8).length >= SHORTEST) {
                more |= values.add(secret.getValue());
            } else if (!secret.getValue().isEmpty() && warned.add(secret.getKey())) {
                LOG.log(
                        Level.WARNING,
                        "the value of {0} is not masked in output: it is shorter than {1} bytes",
                        secret.getKey(),
                        Integer.toString(SHORTEST));
            }
        }
        if (more) {
            needles = Needles.of(values);
        }
    }

    /** How far before and after a byte one has to look to know whether it is part of a secret; 0 without any. */
    int margin() {
        return Math.max(0, needles.longest - 1);
    }

    /**
     * Masks every secret in these bytes.
     *
     * @return whether there was one
     */
    boolean mask(byte[] bytes, int length) {
        return needles.mask(bytes, length);
    }

    /** The same text with every secret in it masked. */
    public String masked(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return needles.mask(bytes, bytes.length) ? new String(bytes, StandardCharsets.UTF_8) : text;
    }

    /** What is searched for, by its first byte: most bytes of an output begin nothing, and cost one look. */
    private static final class Needles {
        private final List<List<byte[]>> byFirst = new ArrayList<>(Collections.nCopies(256, List.of()));
        private int longest;

        static Needles of(Collection<String> values) {
            Needles needles = new Needles();
            Set<String> forms = new TreeSet<>(values);
            values.forEach(value ->
                    forms.add(new String(JsonStringEncoder.getInstance().quoteAsString(value))));
            forms.forEach(form -> needles.add(form.getBytes(StandardCharsets.UTF_8)));
            return needles;
        }

        private void add(byte[] needle) {
            List<byte[]> alike = new ArrayList<>(byFirst.get(needle[0] & 0xFF));
            alike.add(needle);
            byFirst.set(needle[0] & 0xFF, alike);
            longest = Math.max(longest, needle.length);
        }

        boolean mask(byte[] bytes, int length) {
            byte[] original = bytes;
            boolean any = false;
            for (int i = 0; longest > 0 && i < length; i++) {
                List<byte[]> candidates = byFirst.get(original[i] & 0xFF);
                for (int c = 0; c < candidates.size(); c++) {
                    byte[] needle = candidates.get(c);
                    int end = i + needle.length;
                    if (end <= length && Arrays.equals(original, i, end, needle, 0, needle.length)) {
                        // One secret may overlap another.
                        original = any ? original : bytes.clone();
                        any = true;
                        Arrays.fill(bytes, i, end, (byte) '*');
                    }
                }
            }
            return any;
        }
    }
}
