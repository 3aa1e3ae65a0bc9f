package dev.makima.daemon;

import dev.makima.daemon.link.LinkSettings;
import dev.makima.daemon.run.RunTimers;
import java.time.Duration;

/**
 * The waits that no configuration names, in one place so that tests can shorten them.
 *
 * @param answerWithin see {@link LinkSettings#answerWithin}
 * @param refusedAgainAfter see {@link LinkSettings#refusedAgainAfter}
 * @param longestWait see {@link LinkSettings#longestWait}
 * @param sweepEvery how often spools are looked through for what may go
 * @param run those of runs
 */
record DaemonTimers(
        Duration answerWithin, Duration refusedAgainAfter, Duration longestWait, Duration sweepEvery, RunTimers run) {
    /** What a daemon uses. */
    static final DaemonTimers DEFAULT = new DaemonTimers(
            LinkSettings.ANSWER_WITHIN_DEFAULT,
            LinkSettings.REFUSED_AGAIN_AFTER_DEFAULT,
            LinkSettings.LONGEST_WAIT_DEFAULT,
            Duration.ofMinutes(10),
            RunTimers.DEFAULT);
}
