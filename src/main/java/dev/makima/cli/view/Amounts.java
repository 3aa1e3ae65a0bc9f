package dev.makima.cli.view;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Figures as people read them. */
public final class Amounts {
    private Amounts() {}

    /** "0.4 s", "3 s" where it is no more and no less, "12 s", "3 min 5 s", "2 h 10 min". */
    public static String duration(long millis) {
        long seconds = millis / 1000;
        if (millis < 10_000 && millis % 1000 != 0) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }

    /** "$0.0421", "$1.27": four digits while that is less than a dime's worth of precision. */
    public static String cost(double dollars) {
        return String.format(Locale.ROOT, dollars < 0.1 ? "$%.4f" : "$%.2f", dollars);
    }

    /** "1 file", "3 files". */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** How long ago an instant of the API was: "12 s ago"; as it is where it is none. */
    public static String ago(@Nullable String instant, Instant now) {
        if (instant == null) {
            return "";
        }
        try {
            return span(Math.max(0, seconds(instant, now))) + " ago";
        } catch (DateTimeParseException e) {
            return instant;
        }
    }

    /** When an instant of the API was, or will be: "12 s ago", "in 3 h"; as it is where it is none. */
    public static String when(String instant, Instant now) {
        try {
            long seconds = seconds(instant, now);
            return seconds < 0 ? "in " + span(-seconds) : span(seconds) + " ago";
        } catch (DateTimeParseException e) {
            return instant;
        }
    }

    private static long seconds(String instant, Instant now) {
        return Duration.between(Instant.parse(instant), now).toSeconds();
    }

    private static String span(long seconds) {
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 7200) {
            return seconds / 60 + " min";
        }
        return seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " days";
    }
}
