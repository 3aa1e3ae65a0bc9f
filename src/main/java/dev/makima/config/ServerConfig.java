package dev.makima.config;

import dev.makima.base.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * All that a server is told, checked and complete.
 *
 * <p>ServerKeys holds the keys, defaults and meanings; ConfigLoader makes this record from them.
 * Immutable.
 *
 * @param home where everything lives that has no place of its own
 */
public record ServerConfig(
        Http http,
        Database database,
        Tasks tasks,
        Checkpoints checkpoints,
        History history,
        Limits limits,
        Directives directives,
        Path home,
        LoggingSettings logging) {

    /**
     * Where the server listens.
     *
     * @param host name or address of the interface
     * @param port 0 = any free one
     */
    public record Http(String host, int port) {}

    /**
     * Where the server keeps what it knows.
     *
     * @param password for a URL that holds none
     */
    public record Database(DatabaseUrl url, Optional<Secret> password) {
        /** A database that needs no password beside its URL. */
        public Database(DatabaseUrl url) {
            this(url, Optional.empty());
        }
    }

    /**
     * How tasks are handed out and taken back.
     *
     * @param grace how long a daemon without leases may be away before its tasks are retried elsewhere
     * @param lease how long a leased task stays its daemon's without news
     * @param maxRetries how often a task is retried that says nothing about it
     * @param unconfirmed how long a dispatched task may stay unconfirmed
     */
    public record Tasks(Duration grace, Duration lease, int maxRetries, Duration unconfirmed) {}

    /** How long checkpoints' patches are kept. */
    public record Checkpoints(Duration retention) {}

    /** How long what has happened is kept, and contracts that were deleted. */
    public record History(Duration retention) {}

    /**
     * What the server takes at most.
     *
     * @param bodyBytes the longest request body
     * @param frameBytes the longest WebSocket message
     * @param connections how many at once, the daemons' not counted
     */
    public record Limits(long bodyBytes, long frameBytes, int connections) {}

    /**
     * The loop that carries directives out.
     *
     * @param tick time between two rounds when nothing happens
     */
    public record Directives(Duration tick) {}
}
