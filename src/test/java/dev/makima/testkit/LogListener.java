package dev.makima.testkit;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;

/**
 * Hears what one logger says, whatever other tests make of the root logger meanwhile: as long as anybody listens, the
 * logger has a level of its own (all), which it loses again with the last of them. What tests that run at the same
 * time make the same logger say is heard too, so look for words that only your own test can cause. All methods may be
 * called by any thread.
 */
public final class LogListener implements AutoCloseable {
    /** How many listen to each logger, and the level it had before. Held strongly: else its level would be forgotten. */
    private static final Map<Logger, Listened> LISTENED = new HashMap<>();

    private record Listened(int listeners, @Nullable Level before) {}

    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final Logger logger;
    private final Handler handler = new Hearing();

    private LogListener(Logger logger) {
        this.logger = logger;
    }

    /**
     * Listens from now on, until it is closed.
     *
     * @param name the logger's, which is its class's full name
     */
    public static LogListener to(String name) {
        LogListener listener = new LogListener(Logger.getLogger(name));
        synchronized (LISTENED) {
            LISTENED.compute(
                    listener.logger,
                    (logger, others) -> others == null
                            ? new Listened(1, logger.getLevel())
                            : new Listened(others.listeners() + 1, others.before()));
            listener.logger.setLevel(Level.ALL);
            listener.logger.addHandler(listener.handler);
        }
        return listener;
    }

    /** What was said so far, in order, each with its parameters filled in, and with its exception in a line of its own. */
    public List<String> messages() {
        return List.copyOf(messages);
    }

    /**
     * Waits until something is said, or was.
     *
     * @throws AssertionError where it is not said in time
     */
    public void await(Duration patience, String what, Predicate<String> message) {
        Await.until(patience, what, () -> messages.stream().anyMatch(message));
    }

    @Override
    public void close() {
        synchronized (LISTENED) {
            logger.removeHandler(handler);
            LISTENED.computeIfPresent(logger, (_, listened) -> {
                if (listened.listeners() > 1) {
                    return new Listened(listened.listeners() - 1, listened.before());
                }
                logger.setLevel(listened.before());
                return null;
            });
        }
    }

    private final class Hearing extends Handler {
        private final Formatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord record) {
            Throwable thrown = record.getThrown();
            messages.add(formatter.formatMessage(record) + (thrown == null ? "" : "\n" + thrown));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
