package dev.makima.cli.view;

import dev.makima.cli.core.Surroundings;

/** Colours, or none: text in, text out. */
public enum Style {
    /** For pipes, files, NO_COLOR and TERM=dumb. */
    PLAIN,
    /** For terminals. */
    COLOURED;

    private static final String RESET = "\u001b[0m";

    /** Colours only where a person looks and did not ask for none (no-color.org). */
    public static Style of(Surroundings surroundings) {
        boolean none = !surroundings.terminal()
                || !surroundings.variable("NO_COLOR", "").isEmpty()
                || surroundings.variable("TERM", "").equals("dumb");
        return none ? PLAIN : COLOURED;
    }

    /** Less important. */
    public String dim(String text) {
        return paint("\u001b[2m", text);
    }

    /** More important. */
    public String bold(String text) {
        return paint("\u001b[1m", text);
    }

    /** Failed. */
    public String red(String text) {
        return paint("\u001b[31m", text);
    }

    /** Went well. */
    public String green(String text) {
        return paint("\u001b[32m", text);
    }

    /** Needs attention. */
    public String yellow(String text) {
        return paint("\u001b[33m", text);
    }

    /** What the agent does. */
    public String cyan(String text) {
        return paint("\u001b[36m", text);
    }

    private String paint(String code, String text) {
        return this == PLAIN || text.isEmpty() ? text : code + text + RESET;
    }
}
