package dev.makima.protocol;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of an event, {@code <epoch>-<n>}: numbers grow within an epoch, which begins with each start of a daemon's store.
 *
 * @param number not negative
 */
public record EventId(String epoch, long number) {
    private static final Pattern FORM = Pattern.compile("(.{1,80})-(\\d{1,18})");

    /** Reads one; empty for a text of another form. */
    public static Optional<EventId> of(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new EventId(matcher.group(1), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return epoch + "-" + number;
    }
}
