package dev.makima.protocol;

import java.util.List;

/** Answer to {@link Runs}: what the server holds of each run and what is to become of it. */
public record Resume(List<ResumedRun> runs) implements ServerFrame {

    /** Copies the lists. */
    public Resume {
        runs = List.copyOf(runs);
    }
}
