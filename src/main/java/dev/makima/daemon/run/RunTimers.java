package dev.makima.daemon.run;

import dev.makima.daemon.agent.StopTimes;
import java.time.Duration;

/**
 * The waits of a run, in one place so that tests can shorten them.
 *
 * @param lookEvery how often a run looks at its agent when nothing happens
 * @param firstOutputWithin after this much silence from the start, a line warns
 * @param progressEvery the shortest time between two progress summaries
 * @param outputStall how long reading an ended agent's output may stand still
 * @param sweepGrace what processes that an agent left behind get before they are killed
 * @param startsWithin how long an agent that a dead daemon was starting may take to show itself
 * @param exitsWithin how long an agent may take to end once its work and its input have ended
 * @param stopsWithin how long a stopping daemon waits for its runs to end
 * @param healthEvery how often it is looked whether the working directories of running tasks are still there
 * @param tornLineAfter how long a line torn by a full disk has to stand still before it is ended
 * @param asksAfter how long an agent whose words a full disk may have taken can be silent before it is asked for them
 * @param loginRefusedFor how long an agent's model may refuse it before a login begins: it may renew its login by itself
 * @param loginWithin how long a task waits for a login
 * @param stop the steps by which an agent is made to end
 */
public record RunTimers(
        Duration lookEvery,
        Duration firstOutputWithin,
        Duration progressEvery,
        Duration outputStall,
        Duration sweepGrace,
        Duration startsWithin,
        Duration exitsWithin,
        Duration stopsWithin,
        Duration healthEvery,
        Duration tornLineAfter,
        Duration asksAfter,
        Duration loginRefusedFor,
        Duration loginWithin,
        StopTimes stop) {
    /** What a daemon uses. */
    public static final RunTimers DEFAULT = new RunTimers(
            Duration.ofMillis(100),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofMinutes(1),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(20),
            Duration.ofSeconds(3),
            Duration.ofHours(24),
            StopTimes.DEFAULT);
}
