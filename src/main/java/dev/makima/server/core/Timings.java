package dev.makima.server.core;

import java.time.Duration;

/**
 * The server's own times, which no configuration changes: tests do.
 *
 * @param handshake how long a daemon has for its first frame
 * @param ping how often a daemon is pinged
 * @param dead after how long without a byte a daemon counts as lost
 * @param heartbeat how often daemons are asked to send a heartbeat
 * @param tick how often waiting tasks and absent daemons are looked at, whatever happens
 * @param settle how long after its end a task may still have output whose end nobody told
 * @param answer how long a daemon has for its answer to a command
 * @param streamPing how often a live stream of events gets a comment line, so that proxies keep it open
 * @param leaseMargin how long after its end a lease is still honoured, for clocks and frames that are slow
 * @param shortage how long a daemon that is short of disk or memory is not offered a task
 */
public record Timings(
        Duration handshake,
        Duration ping,
        Duration dead,
        Duration heartbeat,
        Duration tick,
        Duration settle,
        Duration answer,
        Duration streamPing,
        Duration leaseMargin,
        Duration shortage) {
    private static final Duration LEASE_MARGIN = Duration.ofSeconds(30);
    private static final Duration SHORTAGE = Duration.ofSeconds(30);

    /** Those of the protocol. */
    public static final Timings DEFAULT = new Timings(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(15));

    /** The times with the usual margin of leases and patience with daemons that are short of something. */
    public Timings(
            Duration handshake,
            Duration ping,
            Duration dead,
            Duration heartbeat,
            Duration tick,
            Duration settle,
            Duration answer,
            Duration streamPing) {
        this(handshake, ping, dead, heartbeat, tick, settle, answer, streamPing, LEASE_MARGIN, SHORTAGE);
    }
}
