package dev.makima.config;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * One JSON object a line: time (UTC), level, logger, thread, message, and error where something was thrown.
 *
 * <p>Written without any library: Vert.x logs while its own JSON is not ready yet, and its JSON would log in turn.
 */
final class JsonLineFormatter extends Formatter {
    @Override
    public String format(LogRecord record) {
        StringBuilder out = new StringBuilder(256).append('{');
        add(out, "time", record.getInstant().toString());
        add(out, "level", LogLevels.word(record.getLevel()));
        add(out, "logger", String.valueOf(record.getLoggerName()));
        add(out, "thread", Thread.currentThread().getName());
        add(out, "message", String.valueOf(formatMessage(record)));
        if (record.getThrown() != null) {
            StringWriter trace = new StringWriter();
            record.getThrown().printStackTrace(new PrintWriter(trace));
            add(out, "error", trace.toString());
        }
        return out.append("}\n").toString();
    }

    private static void add(StringBuilder out, String name, String text) {
        out.append(out.length() == 1 ? "\"" : ",\"").append(name).append("\":\"");
        text.chars().forEach(c -> {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> append(out, (char) c);
            }
        });
        out.append('"');
    }

    private static void append(StringBuilder out, char c) {
        if (Character.isISOControl(c)) {
            out.append("\\u%04x".formatted((int) c));
        } else {
            out.append(c);
        }
    }
}
