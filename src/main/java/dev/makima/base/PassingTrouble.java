package dev.makima.base;

import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Failures that pass without anybody's doing here, and that who watches what they come from tells of, once. */
public final class PassingTrouble {
    private PassingTrouble() {}

    /** How loud a failure is to be logged: hardly where it comes from a full disk, or from a database that is away. */
    public static Level level(Level usual, @Nullable Throwable failure) {
        return FullDiskException.isBehind(failure) || OutageException.isBehind(failure) ? Level.DEBUG : usual;
    }
}
