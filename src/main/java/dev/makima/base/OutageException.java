package dev.makima.base;

import org.jspecify.annotations.Nullable;

/**
 * A database's server is away: nothing is wrong with what was asked, and it works again once that is back. Who makes the
 * connection again tells of it, once.
 */
public final class OutageException extends MakimaException {
    /** A failure with its cure. */
    public OutageException(String what, String cure, @Nullable Throwable cause) {
        super(ErrorCode.UNAVAILABLE, what, cure, cause);
    }

    /** Whether it is such an outage that this failure comes from. */
    public static boolean isBehind(@Nullable Throwable failure) {
        return Causes.any(failure, OutageException.class::isInstance);
    }
}
