package dev.makima.config;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/** One JSON object a line: time (UTC), level, logger, thread, message, and error where something was thrown. */
final class JsonLineFormatter extends Formatter {
    @Override
    public String format(LogRecord record) {
        JsonObject line = new JsonObject()
                .put("time", record.getInstant().toString())
                .put("level", Logging.word(record.getLevel()))
                .put("logger", record.getLoggerName())
                .put("thread", Thread.currentThread().getName())
                .put("message", formatMessage(record));
        if (record.getThrown() != null) {
            StringWriter trace = new StringWriter();
            record.getThrown().printStackTrace(new PrintWriter(trace));
            line.put("error", trace.toString());
        }
        return line.encode() + "\n";
    }
}
