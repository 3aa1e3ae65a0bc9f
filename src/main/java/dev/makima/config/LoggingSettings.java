package dev.makima.config;

/** How much is logged, and in which form. */
public record LoggingSettings(Level level, Format format) {

    /** From everything to errors only. */
    public enum Level {
        /** Everything. */
        TRACE,
        /** What helps to find a mistake. */
        DEBUG,
        /** What happens, in few lines. */
        INFO,
        /** What may need a look. */
        WARN,
        /** What failed. */
        ERROR
    }

    /** The two forms of a log line. */
    public enum Format {
        /** For people. */
        PRETTY,
        /** One JSON object a line. */
        JSON
    }
}
