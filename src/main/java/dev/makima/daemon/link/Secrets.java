package dev.makima.daemon.link;

import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The values that leave this machine only as asterisks, as many as they have bytes: each as it is, and as it is written
 * inside JSON. Thread-safe. A value is never forgotten, since output that holds it may be sent again: that costs some
 * hundred bytes for each run that has a key of its own, and no time.
 */
public final class Secrets {
    private static final System.Logger LOG = System.getLogger(Secrets.class.getName());
    private final Set<String> values = new HashSet<>();
    private final Set<String> warned = new HashSet<>();
    private volatile Needles needles = Needles.NONE;

    /**
     * Hides these values from now on; a short one is not hidden, which is said once.
     *
     * @param named values by the names they are known under, of which only names are ever logged
     */
    public synchronized void add(Map<String, String> named) {
        List<String> more = new ArrayList<>();
        for (Map.Entry<String, String> secret : named.entrySet()) {
            // What is shorter stands in many places for something else.
            if (secret.getValue().getBytes(StandardCharsets.UTF_8).length >= Needles.SHORTEST) {
                if (values.add(secret.getValue())) {
                    more.add(secret.getValue());
                }
            } else if (!secret.getValue().isEmpty() && warned.add(secret.getKey())) {
                LOG.log(
                        Level.WARNING,
                        "the value of {0} is not masked in output: it is shorter than {1} bytes",
                        secret.getKey(),
                        Integer.toString(Needles.SHORTEST));
            }
        }
        if (!more.isEmpty()) {
            needles = needles.with(more);
        }
    }

    /** How far before and after a byte one has to look to know whether it is part of a secret; 0 without any. */
    int margin() {
        return Math.max(0, needles.longest() - 1);
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
}
