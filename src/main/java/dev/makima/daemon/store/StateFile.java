package dev.makima.daemon.store;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.sql.Database;
import dev.makima.sql.DatabaseSettings;
import dev.makima.sql.SqliteSettings;
import dev.makima.sql.UnusableDatabaseException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * Opens the daemon's database. One that is damaged, or that a newer makima has changed, is put aside under another name,
 * whole and untouched, and the daemon begins with an empty one: a machine that stays away for its file would leave its
 * server with nobody to ask. Blocking.
 */
public final class StateFile {
    private static final System.Logger LOG = System.getLogger(StateFile.class.getName());
    private static final String MIGRATIONS = "dev/makima/daemon/store/sql";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private StateFile() {}

    /**
     * Opens it, new where there is none.
     *
     * @throws MakimaException DB_ERROR where it cannot be used for a reason that another file would not mend, or it is not
     *     the daemon's; IO where a damaged one cannot be put aside
     */
    public static Database open(Path file, Clock clock) {
        SqliteSettings settings = settings(file);
        try {
            return checked(Database.open(settings));
        } catch (UnusableDatabaseException e) {
            if (!isOurs(e, file)) {
                throw e;
            }
            Path aside = putAside(settings.file(), clock);
            LOG.log(
                    Level.ERROR,
                    "{0}. It was put aside as {1}, nothing in it was changed, and this daemon begins with an empty one:"
                            + " it knows nothing of earlier tasks. Agents of theirs that still run are nobody''s now; their"
                            + " worktrees and output are where they were{2}",
                    e.what(),
                    aside,
                    e.reason() == UnusableDatabaseException.Reason.NEWER
                            ? ". To go on with it, stop this daemon, move it back, and start the newer makima"
                            : "");
            return Database.open(settings);
        }
    }

    /**
     * Opens one that is there and whole, for a clean-up without a daemon: one that cannot be used stays where it is.
     *
     * @throws MakimaException DB_ERROR where it cannot be used
     */
    public static Database openWhole(Path file) {
        return checked(Database.open(settings(file)));
    }

    static SqliteSettings settings(Path file) {
        return DatabaseSettings.sqlite(file, MIGRATIONS);
    }

    /** What is no database may be any file that somebody named by mistake: only one that is called like one is moved. */
    private static boolean isOurs(UnusableDatabaseException e, Path file) {
        return e.reason() != UnusableDatabaseException.Reason.NO_DATABASE
                || String.valueOf(file.getFileName()).matches(".*\\.(db|sqlite3?)");
    }

    /** A header may be whole where pages behind it are not. */
    private static Database checked(Database database) {
        try {
            database.refuseDamaged(Long.MAX_VALUE);
            return database;
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static Path putAside(Path file, Clock clock) {
        Path aside = file.resolveSibling(file.getFileName() + ".set-aside-" + STAMP.format(clock.instant()));
        for (int n = 2; Files.exists(aside); n++) {
            aside = file.resolveSibling(file.getFileName() + ".set-aside-" + STAMP.format(clock.instant()) + "-" + n);
        }
        try {
            // The log first: without it, the file would be taken for a whole one of an earlier time.
            for (String part : List.of("-wal", "-shm", "")) {
                Path from = file.resolveSibling(file.getFileName() + part);
                if (Files.exists(from)) {
                    Files.move(from, aside.resolveSibling(aside.getFileName() + part));
                }
            }
            return aside;
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.IO,
                    "cannot put the damaged database " + file + " aside: " + e,
                    "Move it away yourself, with the files -wal and -shm beside it",
                    e);
        }
    }
}
