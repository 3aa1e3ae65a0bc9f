package dev.makima.config;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * Log lines for people: {@code 14:03:07.123 INFO  link Link connected}.
 *
 * <p>Further lines of a message are indented, and control characters shown as '?': what comes from outside cannot
 * look like a log line of its own or steer the terminal.
 */
final class PrettyFormatter extends Formatter {
    private static final String RESET = "\u001b[0m";
    private static final Map<String, String> COLOURS = Map.of(
            "ERROR",
            "\u001b[31m",
            "WARN",
            "\u001b[33m",
            "INFO",
            "\u001b[32m",
            "DEBUG",
            "\u001b[36m",
            "TRACE",
            "\u001b[90m");

    private final boolean colour;
    private final DateTimeFormatter time;

    /** Lines in the machine's own time. */
    PrettyFormatter(boolean colour) {
        this(colour, ZoneId.systemDefault());
    }

    PrettyFormatter(boolean colour, ZoneId zone) {
        this.colour = colour;
        this.time = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(zone);
    }

    @Override
    public String format(LogRecord record) {
        String word = LogLevels.word(record.getLevel());
        String level = String.format(Locale.ROOT, "%-5s", word);
        StringBuilder out = new StringBuilder(160)
                .append(time.format(record.getInstant()))
                .append(' ')
                .append(colour ? COLOURS.get(word) + level + RESET : level)
                .append(' ')
                .append(clean(Thread.currentThread().getName()))
                .append(' ')
                .append(shortName(record.getLoggerName()))
                .append(' ')
                .append(clean(formatMessage(record)))
                .append('\n');
        if (record.getThrown() != null) {
            StringWriter trace = new StringWriter();
            record.getThrown().printStackTrace(new PrintWriter(trace));
            out.append("    ").append(clean(trace.toString().stripTrailing())).append('\n');
        }
        return out.toString();
    }

    private static String shortName(String logger) {
        return logger == null ? "-" : logger.substring(logger.lastIndexOf('.') + 1);
    }

    private static String clean(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            switch (c) {
                case '\n' -> out.append("\n    ");
                case '\t' -> out.append("    ");
                case '\r' -> {}
                default -> out.append(Character.isISOControl(c) ? '?' : (char) c);
            }
        });
        return out.toString();
    }
}
