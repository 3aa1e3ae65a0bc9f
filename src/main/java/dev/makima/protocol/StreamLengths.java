package dev.makima.protocol;

import dev.makima.base.StreamName;
import java.util.function.ToLongFunction;

/** The lengths of a run's three streams in bytes; an absent one is 0. */
public record StreamLengths(
        @Defaulted long stdout,
        @Defaulted long stderr,
        @Defaulted long daemon) {

    /** Nothing of any stream. */
    public static final StreamLengths NONE = new StreamLengths(0, 0, 0);

    /** The lengths that this gives for each of them. */
    public static StreamLengths from(ToLongFunction<StreamName> length) {
        return new StreamLengths(
                length.applyAsLong(StreamName.STDOUT),
                length.applyAsLong(StreamName.STDERR),
                length.applyAsLong(StreamName.DAEMON));
    }

    /** The length of one of them. */
    public long of(StreamName stream) {
        return switch (stream) {
            case STDOUT -> stdout;
            case STDERR -> stderr;
            case DAEMON -> daemon;
        };
    }
}
