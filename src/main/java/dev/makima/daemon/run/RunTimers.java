package dev.makima.daemon.run;

import java.time.Duration;

/**
 * The waits of a run, in one place so that tests can shorten them.
 *
 * @param lookEvery how often a run looks at its agent when nothing happens
 * @param firstOutputWithin after this much silence from the start, a line warns
 * @param progressEvery the shortest time between two progress summaries
 * @param outputStall how long reading an ended agent's output may stand still
 * @param sweepGrace what processes that an agent left behind get before they are killed
 */
record RunTimers(
        Duration lookEvery,
        Duration firstOutputWithin,
        Duration progressEvery,
        Duration outputStall,
        Duration sweepGrace) {
    /** What a daemon uses. */
    static final RunTimers DEFAULT = new RunTimers(
            Duration.ofMillis(100),
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2));
}
