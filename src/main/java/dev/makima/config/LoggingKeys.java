package dev.makima.config;

/** The keys that daemon and server share, since they say how the one process logs. */
final class LoggingKeys {
    static final Key<LoggingSettings.Level> LEVEL = Key.of(
                    "logging.level",
                    Types.choice(LoggingSettings.Level.class),
                    "info",
                    "trace, debug, info, warn or error")
            .flag("--log-level");
    static final Key<LoggingSettings.Format> FORMAT = Key.of(
            "logging.format",
            Types.choice(LoggingSettings.Format.class),
            "pretty",
            "pretty, or json: one object a line");

    private LoggingKeys() {}
}
