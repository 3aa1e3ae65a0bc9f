package dev.makima.base;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What is behind a failure. */
final class Causes {
    /** A longer chain of causes has no end. */
    private static final int LONGEST = 20;

    private Causes() {}

    /** Whether the failure, or one that led to it, is such a one. */
    static boolean any(@Nullable Throwable failure, Predicate<Throwable> looked) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < LONGEST; depth++) {
            if (looked.test(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
