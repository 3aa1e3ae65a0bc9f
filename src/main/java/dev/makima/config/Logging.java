package dev.makima.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Sets java.util.logging up, which is what System.Logger, Vert.x and Netty write to. */
public final class Logging {
    /** Read by java.util.logging when it is first used, and never again. */
    private static final String MANAGER = "java.util.logging.manager";

    /**
     * Their own information is about their own inside. Held here, since java.util.logging itself forgets loggers that
     * nobody holds, and their levels with them.
     */
    private static volatile List<Logger> libraries = List.of();

    private Logging() {}

    /**
     * From now on everything that is logged in this process goes to standard error, in the given form. Call it from
     * main, before anything else logs; again, the last call counts.
     */
    public static void apply(LoggingSettings settings) {
        if (System.getProperty(MANAGER) == null) {
            System.setProperty(MANAGER, LastingLogManager.class.getName());
        }
        Formatter formatter = switch (settings.format()) {
            case PRETTY -> new PrettyFormatter(onTerminal());
            case JSON -> new JsonLineFormatter();
        };
        Level level = LogLevels.of(settings.level());
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.setLevel(level);
        root.addHandler(new StandardError(formatter));
        boolean debug = level.intValue() < Level.INFO.intValue();
        libraries = List.of(Logger.getLogger("io.vertx"), Logger.getLogger("io.netty"));
        libraries.forEach(logger -> logger.setLevel(debug ? level : higher(level, Level.WARNING)));
        if (!debug) {
            // It warns of every connection that a server refuses or cuts, which the link tells better itself.
            Logger connections = Logger.getLogger("io.vertx.core.http.impl");
            connections.setLevel(Level.SEVERE);
            // It warns of each message on its way to a part that is ending: nobody waits for those.
            Logger messages = Logger.getLogger("io.vertx.core.eventbus.impl");
            messages.setLevel(Level.SEVERE);
            libraries = Stream.concat(libraries.stream(), Stream.of(connections, messages))
                    .toList();
        }
    }

    private static Level higher(Level one, Level other) {
        return one.intValue() > other.intValue() ? one : other;
    }

    /**
     * Whether standard error is a terminal that wants colour. System.console() speaks of the other two streams, which
     * may be redirected while this one is not; where there is no /proc we do without colour.
     */
    private static boolean onTerminal() {
        if (System.getenv("NO_COLOR") != null || "dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException e) {
            // No /proc here.
            return false;
        }
    }

    /** Writes each record in one piece, in UTF-8 whatever the locale says. */
    private static final class StandardError extends Handler {
        StandardError(Formatter formatter) {
            setFormatter(formatter);
            setLevel(Level.ALL);
        }

        @Override
        public void publish(LogRecord record) {
            if (!isLoggable(record)) {
                return;
            }
            try {
                byte[] line = getFormatter().format(record).getBytes(StandardCharsets.UTF_8);
                System.err.write(line, 0, line.length);
                System.err.flush();
            } catch (RuntimeException e) {
                // A line that cannot be logged must not end what it is about.
                reportError("a line was not logged", e, ErrorManager.FORMAT_FAILURE);
            }
        }

        @Override
        public void flush() {
            System.err.flush();
        }

        @Override
        public void close() {
            // Standard error stays open for others.
        }
    }
}
