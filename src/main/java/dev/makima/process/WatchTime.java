package dev.makima.process;

import java.time.Duration;
import java.util.Locale;

/**
 * What the watch of a launch goes by.
 *
 * @param until when the agent has to stand still, as the time since the machine's start that goes on while it sleeps
 * @param every how long the watch may go without a look, which is in whole seconds, one at least: it is that late at most
 *     where the machine slept
 */
public record WatchTime(Duration until, Duration every) {
    private static final long MOST_SECONDS = 99;
    /** Some thirty thousand years. */
    private static final long MOST_HUNDREDTHS = 99_999_999_999_999L;

    /** One line of text of a length that is always the same. */
    String line() {
        // Rounded up, as it is late enough by far to the second: else an agent that was just let go on would stop.
        long hundredths = Math.clamp(until.plusMillis(9).toMillis() / 10, 0, MOST_HUNDREDTHS);
        return String.format(Locale.ROOT, "%15d %2d\n", hundredths, Math.clamp(every.toSeconds(), 1, MOST_SECONDS));
    }
}
