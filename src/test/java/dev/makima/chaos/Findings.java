package dev.makima.chaos;

import java.util.ArrayList;
import java.util.List;

/** What was found to be wrong with a seed; nothing, it is hoped. For one thread. */
final class Findings {
    private final long seed;
    private final List<String> all = new ArrayList<>();

    Findings(long seed) {
        this.seed = seed;
    }

    void add(String what) {
        all.add("seed " + seed + ": " + what);
    }

    /** Adds the text unless the condition holds. */
    void expect(boolean holds, String otherwise) {
        if (!holds) {
            add(otherwise);
        }
    }

    List<String> all() {
        return List.copyOf(all);
    }
}
