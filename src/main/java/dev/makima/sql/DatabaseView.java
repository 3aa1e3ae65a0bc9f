package dev.makima.sql;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A look at a SQLite database of ours by somebody who does not own it: opened for reading only, beside a program that
 * writes to it or where none runs. Nothing in the file is changed, and its schema is taken as it is.
 *
 * <p>Blocking; to be used by one thread.
 */
public final class DatabaseView implements AutoCloseable {
    private final SqliteSettings settings;
    private final Session session;

    private DatabaseView(SqliteSettings settings, Session session) {
        this.settings = settings;
        this.session = session;
    }

    /**
     * Opens it.
     *
     * @throws MakimaException NOT_FOUND where there is no file; DB_ERROR where it is none of ours, damaged, or not
     *     readable
     */
    public static DatabaseView open(SqliteSettings settings) {
        if (!Files.exists(settings.file())) {
            throw new MakimaException(ErrorCode.NOT_FOUND, "there is no database " + settings.file());
        }
        return new DatabaseView(settings, new SqliteFile(settings).openViewer());
    }

    /** The file. */
    public Path file() {
        return settings.file();
    }

    /**
     * The schema that the file has.
     *
     * @throws MakimaException DB_ERROR where it cannot be read
     */
    public int schema() {
        return read(session -> Migrations.applied(session));
    }

    /** The schema that this program writes. */
    public int knownSchema() {
        return new Migrations(new SqliteFile(settings), settings).newest();
    }

    /**
     * Looks at the whole file, which takes a second for some hundred megabytes.
     *
     * @return what is wrong with it, or nothing
     * @throws MakimaException DB_ERROR where it cannot even be read
     */
    public Optional<String> damage() {
        String verdict = read(session -> session.one("pragma quick_check(1)", row -> row.text("quick_check"))
                .orElse("it gives no answer"));
        return verdict.equals("ok") ? Optional.empty() : Optional.of(verdict);
    }

    /**
     * Runs a work that only reads, in one snapshot.
     *
     * @throws MakimaException what the work threw; DB_ERROR for a SQLException
     */
    public <T> T read(Work<T> work) {
        try {
            session.execute("begin");
            try {
                return work.run(session);
            } finally {
                session.execute("rollback");
            }
        } catch (SQLException e) {
            throw SqlErrors.of(settings.file(), e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (SQLException e) {
            // It was only read from: there is nothing to be lost.
            System.getLogger(DatabaseView.class.getName())
                    .log(System.Logger.Level.DEBUG, "closing the view of " + settings.file(), e);
        }
    }
}
