package dev.makima.protocol;

import java.util.List;

/** On connect: every run that is not finally acknowledged. Sent only where {@code outputStream} holds. */
public record Runs(List<RunStanding> runs) implements DaemonFrame {

    /** Copies the lists. */
    public Runs {
        runs = List.copyOf(runs);
    }
}
