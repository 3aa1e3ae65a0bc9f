package dev.makima.config;

import static java.time.temporal.ChronoUnit.DAYS;
import static java.time.temporal.ChronoUnit.MINUTES;
import static java.time.temporal.ChronoUnit.SECONDS;

import dev.makima.base.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The keys of the server: the one place that knows their names, defaults, ranges and meanings. */
final class ServerKeys {
    private static final long MIB = 1L << 20;

    static final Key<String> HTTP_HOST = Key.of(
                    "http.host", Types.text(), "127.0.0.1", "name or address of the interface to listen on")
            .flag("--host");
    static final Key<Integer> HTTP_PORT = Key.of("http.port", Types.integer(0, 65535), "8080", "0 = any free port")
            .flag("--port");
    static final Key<DatabaseUrl> DATABASE_URL = Key.of(
                    "database.url",
                    UrlTypes.database(),
                    "jdbc:sqlite:~/.makima/server.db",
                    "an SQLite file, or a database of a PostgreSQL server")
            .flag("--database-url");
    static final Key<Secret> DATABASE_PASSWORD = Key.optional(
            "database.password", Types.password(), "for a URL without one; never logged, masked in every dump");
    static final Key<Duration> TASKS_GRACE = Key.of(
            "tasks.graceSecs",
            Types.time(SECONDS, 0),
            "60",
            "how long a daemon without leases may be away before its tasks are retried");
    static final Key<Duration> TASKS_LEASE =
            Key.of("tasks.leaseSecs", Types.time(SECONDS, 1), "120", "how long a task stays its daemon's without news");
    static final Key<Integer> TASKS_MAX_RETRIES =
            Key.of("tasks.maxRetries", Types.integer(0), "3", "retries of a task that says nothing about it");
    static final Key<Duration> TASKS_UNCONFIRMED = Key.of(
            "tasks.unconfirmedMins", Types.time(MINUTES, 1), "15", "how long a dispatched task may stay unconfirmed");
    static final Key<Duration> CHECKPOINTS_RETENTION =
            Key.of("checkpoints.retentionDays", Types.time(DAYS, 0), "7", "how long checkpoints' patches are kept");
    static final Key<Duration> HISTORY_RETENTION = Key.of(
            "history.retentionDays",
            Types.time(DAYS, 1),
            "90",
            "how long it is kept what has happened to tasks and contracts");
    static final Key<Long> LIMITS_BODY_BYTES =
            Key.of("limits.bodyBytes", Types.bytes(1, Integer.MAX_VALUE), String.valueOf(MIB), "longest request body");
    static final Key<Long> LIMITS_FRAME_BYTES = Key.of(
            "limits.frameBytes",
            Types.bytes(1024, Integer.MAX_VALUE),
            String.valueOf(16 * MIB),
            "longest message of a daemon");
    static final Key<Integer> LIMITS_CONNECTIONS = Key.of(
            "limits.connections", Types.integer(1), "2000", "most connections at once; those of daemons do not count");
    static final Key<Duration> DIRECTIVES_TICK = Key.of(
            "directives.tickSecs", Types.time(SECONDS, 1), "15", "time between two rounds of the directive loop");
    static final Key<Path> HOME = DaemonKeys.HOME;

    /** All of them, in the order in which they are printed. */
    static final KeyTable TABLE = new KeyTable(
            "makima-server",
            "MAKIMA_",
            List.of(
                    HTTP_HOST,
                    HTTP_PORT,
                    DATABASE_URL,
                    DATABASE_PASSWORD,
                    TASKS_GRACE,
                    TASKS_LEASE,
                    TASKS_MAX_RETRIES,
                    TASKS_UNCONFIRMED,
                    CHECKPOINTS_RETENTION,
                    HISTORY_RETENTION,
                    LIMITS_BODY_BYTES,
                    LIMITS_FRAME_BYTES,
                    LIMITS_CONNECTIONS,
                    DIRECTIVES_TICK,
                    HOME,
                    LoggingKeys.LEVEL,
                    LoggingKeys.FORMAT));

    private ServerKeys() {}
}
