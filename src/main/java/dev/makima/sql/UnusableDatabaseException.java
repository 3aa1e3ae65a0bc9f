package dev.makima.sql;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A database that this program cannot work with, whatever is tried again; it is as it was. */
public final class UnusableDatabaseException extends MakimaException {
    private final Reason reason;

    /** Why. */
    public enum Reason {
        /** What is in it makes no sense. */
        DAMAGED,
        /** A newer program has changed its tables. */
        NEWER,
        /** It is no database at all, or its beginning is destroyed. */
        NO_DATABASE
    }

    UnusableDatabaseException(String database, Reason reason, String what, String cure, @Nullable Throwable cause) {
        super(ErrorCode.DB_ERROR, "database " + database + ": " + what, cure, cause);
        this.reason = reason;
    }

    /** A database whose own check found something. */
    public static UnusableDatabaseException damaged(Path file, String found) {
        return new UnusableDatabaseException(
                file.toString(),
                Reason.DAMAGED,
                "the file is damaged: " + found,
                "Nothing was changed: restore it from a backup, or move it away to start with an empty one",
                null);
    }

    /** Why it cannot be used. */
    public Reason reason() {
        return reason;
    }
}
