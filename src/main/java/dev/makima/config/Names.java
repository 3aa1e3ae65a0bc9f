package dev.makima.config;

import java.util.Collection;
import java.util.Locale;

/** Names of keys: which are the same, and which is meant. */
final class Names {
    private Names() {}

    /** The form in which maxConcurrentTasks, max_concurrent_tasks and maxconcurrenttasks are one. */
    static String normal(String name) {
        return name.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
    }

    /**
     * The path nearest to a mistaken one: the same key in another section first, else the fewest letters to change.
     *
     * @param known dotted paths, not empty
     */
    static String nearest(String path, Collection<String> known) {
        String best = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : known) {
            boolean misplaced = normal(last(path)).equals(normal(last(candidate)));
            int distance = misplaced ? 0 : distance(normal(path), normal(candidate));
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** How many letters have to be put in, taken out or changed (Levenshtein). */
    static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
