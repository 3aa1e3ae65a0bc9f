package dev.makima.daemon.agent;

import java.time.Duration;

/**
 * How long each way of ending an agent is given before the next.
 *
 * @param interrupt after the request to interrupt its turn
 * @param end after the request to end its session
 * @param terminate after SIGTERM, where it was asked before
 * @param terminateAtOnce after SIGTERM, where it was not
 * @param kill before SIGKILL is sent again
 */
public record StopTimes(Duration interrupt, Duration end, Duration terminate, Duration terminateAtOnce, Duration kill) {
    /** What a daemon uses. */
    public static final StopTimes DEFAULT = new StopTimes(
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5));
}
