package dev.makima.sql;

import dev.makima.base.DiskAlarm;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The file of a SQLite database: looked at before anything is written, so that a file that is not ours, or that is
 * damaged, is told about and left as it is.
 */
final class SqliteFile implements Engine {
    private static final System.Logger LOG = System.getLogger(Database.class.getName());
    private static final int BUSY_MILLIS = 5000;

    private final SqliteSettings settings;
    private final Path file;
    private final SqliteChecks checks;
    private final DiskAlarm disk;

    SqliteFile(SqliteSettings settings) {
        this.settings = settings;
        this.file = settings.file();
        this.checks = new SqliteChecks(file, settings.applicationId());
        this.disk = new DiskAlarm(
                LOG,
                "database " + file,
                "What is to be written fails until then; what was acknowledged is kept",
                Objects.requireNonNull(file.getParent(), "an absolute file has a directory"));
    }

    /**
     * Makes the file where it is missing and brings its schema up to date.
     *
     * @return the connection that writes
     * @throws MakimaException DB_ERROR where the file is not one that this program may write
     */
    @Override
    public Session openWriter() {
        checks.prepare();
        return setUp(open(false), session -> {
            checks.version(session);
            checks.owner(session);
            // Only now, since this changes the file's header.
            session.execute("pragma journal_mode = wal");
            session.execute("pragma synchronous = full");
            new Migrations(this, settings).apply(session);
        });
    }

    @Override
    public Session openReader() {
        return setUp(open(false), session -> session.execute("pragma query_only = on"));
    }

    /**
     * Opens a connection that can only read, whether or not there is a writer, and changes nothing.
     *
     * @throws MakimaException DB_ERROR where the file is none of ours or cannot be read
     */
    Session openViewer() {
        try {
            if (Files.isDirectory(file) || !Files.isReadable(file)) {
                throw SqlErrors.error(file, "it can't be read", "Check the permissions of the file", null);
            }
            checks.magic();
        } catch (IOException e) {
            throw SqlErrors.error(file, "it can't be read: " + e, "Check the file and the disk", e);
        }
        return setUp(open(true), checks::owner);
    }

    @Override
    public void requireOurs() {
        if (!Files.isRegularFile(file)) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND, "there is no database " + file, "Check the path of the file");
        }
        try (Session session = connect(false)) {
            if (!isMarked(session)) {
                throw new MakimaException(
                        ErrorCode.NOT_FOUND, "database " + file + " holds nothing of makima's", "Name another file");
            }
        } catch (SQLException e) {
            throw SqlErrors.of(file, e);
        }
    }

    /** A connection in WAL mode holds a lock on the file as long as it is open, and this wants it for itself. */
    @Override
    public Session openAlone() {
        openWriterAndClose();
        return setUp(open(false), session -> {
            try {
                session.execute("pragma busy_timeout = 100");
                session.one("pragma locking_mode = exclusive", row -> row.text("locking_mode"));
                session.execute("begin exclusive");
                session.execute("commit");
            } catch (SQLiteException e) {
                if (e.getResultCode() == SQLiteErrorCode.SQLITE_BUSY) {
                    throw new MakimaException(
                            ErrorCode.CONFLICT,
                            "database " + file + " is in use by another program",
                            "Stop the server that has it open, then try again",
                            e);
                }
                throw e;
            }
        });
    }

    private void openWriterAndClose() {
        try (Session session = openWriter()) {
            session.execute("pragma optimize");
        } catch (SQLException e) {
            throw SqlErrors.of(file, e);
        }
    }

    @Override
    public void afterCopy(Session session) {
        // SQLite gives out the number behind the largest there is.
    }

    @Override
    public DataSource readSource() {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(BUSY_MILLIS);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    /** A plain "begin" would fail at its first write where a reader's snapshot is newer; this waits instead. */
    @Override
    public void begin(Session session) throws SQLException {
        session.update("begin immediate");
    }

    @Override
    public void beginRead(Session session) throws SQLException {
        session.update("begin");
    }

    @Override
    public boolean hasCheapSavepoints() {
        return true;
    }

    @Override
    public String translated(String sql) {
        return sql;
    }

    @Override
    public boolean isMarked(Session session) throws SQLException {
        return session.one("pragma application_id", row -> row.number("application_id"))
                        .orElse(0L)
                != 0;
    }

    @Override
    public void mark(Session session) throws SQLException {
        session.execute("pragma application_id = " + settings.applicationId());
    }

    @Override
    public MakimaException failure(SQLException e) {
        return SqlErrors.of(file, e);
    }

    @Override
    public MakimaException error(String what, String cure) {
        return SqlErrors.error(file, what, cure, null);
    }

    @Override
    public MakimaException newer(int found, int known) {
        return new UnusableDatabaseException(
                file.toString(),
                UnusableDatabaseException.Reason.NEWER,
                "it was set up by a newer makima (schema " + found + ", this one knows " + known + ")",
                "Use the newer makima, or another file",
                null);
    }

    @Override
    public void refuseDamaged(Session session, long mostBytes) throws SQLException {
        if (file.toFile().length() <= mostBytes) {
            checks.pages(session);
        }
    }

    @Override
    public Optional<DiskAlarm> disk() {
        return Optional.of(disk);
    }

    /** There is no connection that could get lost: what fails, fails for a reason of the file's or the disk's. */
    @Override
    public boolean isLost(SQLException e) {
        return false;
    }

    private Session open(boolean readOnly) {
        try {
            return connect(readOnly);
        } catch (SQLException e) {
            throw SqlErrors.of(file, e);
        }
    }

    private Session connect(boolean readOnly) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(readOnly);
        config.setBusyTimeout(BUSY_MILLIS);
        config.enforceForeignKeys(true);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        // Nobody asks for them, and each insert would be looked at and followed by a select.
        config.setGetGeneratedKeys(false);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return new Session(source.getConnection());
    }
}
