package dev.makima.sql;

import dev.makima.base.ErrorCode;
import dev.makima.base.FullDiskException;
import dev.makima.base.MakimaException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** What a failure of SQLite means to the one who reads it. */
final class SqlErrors {
    private SqlErrors() {}

    /** The failure of a statement, named by the file and with its cure. */
    static MakimaException of(Path file, SQLException e) {
        return switch (primary(e)) {
            case SQLITE_CONSTRAINT ->
                new MakimaException(ErrorCode.CONFLICT, "the database refused a row: " + e.getMessage(), null, e);
            case SQLITE_FULL -> full(file, e);
            case SQLITE_BUSY, SQLITE_LOCKED ->
                error(
                        file,
                        "another program holds the database",
                        "End the other program that has this file open and try again",
                        e);
            case SQLITE_READONLY, SQLITE_PERM, SQLITE_CANTOPEN, SQLITE_AUTH ->
                // The files beside it are not made on a full disk.
                FullDiskException.isFull(file)
                        ? full(file, e)
                        : error(
                                file,
                                "it can't be written",
                                "Check the permissions of the file and of its directory",
                                e);
            case SQLITE_CORRUPT, SQLITE_NOTADB ->
                new UnusableDatabaseException(
                        file.toString(),
                        UnusableDatabaseException.Reason.DAMAGED,
                        "the file is damaged",
                        "Nothing was changed: restore it from a backup, or move it away to start with an empty one",
                        e);
            // Its memory-mapped files end so on a full disk, and not as FULL.
            case SQLITE_IOERR ->
                FullDiskException.isFull(file)
                        ? full(file, e)
                        : error(file, "reading or writing failed", "Check the disk (see the system's log)", e);
            default -> error(file, String.valueOf(e.getMessage()), null, e);
        };
    }

    private static MakimaException full(Path file, SQLException e) {
        return new FullDiskException(
                ErrorCode.DB_ERROR,
                "database " + file + ": the disk is full",
                "Make room on the disk; what was acknowledged before is kept",
                e);
    }

    /** An error of the database that names the file. */
    static MakimaException error(
            Path file,
            String what,
            @org.jspecify.annotations.Nullable String cure,
            @org.jspecify.annotations.Nullable Throwable cause) {
        return new MakimaException(ErrorCode.DB_ERROR, "database " + file + ": " + what, cure, cause);
    }

    private static SQLiteErrorCode primary(SQLException e) {
        if (e instanceof SQLiteException sqlite) {
            // The extended codes carry the primary one in their low byte.
            return SQLiteErrorCode.getErrorCode(sqlite.getResultCode().code & 0xff);
        }
        return SQLiteErrorCode.UNKNOWN_ERROR;
    }
}
