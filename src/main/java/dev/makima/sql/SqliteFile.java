package dev.makima.sql;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Objects;
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
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    /** Older ones have a bug in WAL mode that can damage the file when two connections checkpoint at once. */
    private static final int[] OLDEST = {3, 51, 3};

    private static final int BUSY_MILLIS = 5000;

    private final SqliteSettings settings;
    private final Path file;

    SqliteFile(SqliteSettings settings) {
        this.settings = settings;
        this.file = settings.file();
    }

    /**
     * Makes the file where it is missing and brings its schema up to date.
     *
     * @return the connection that writes
     * @throws MakimaException DB_ERROR where the file is not one that this program may write
     */
    @Override
    public Session openWriter() {
        prepareFile();
        Session session;
        try {
            session = connect();
        } catch (SQLException e) {
            throw SqlErrors.of(file, e);
        }
        try {
            checkVersion(session);
            checkOwner(session);
            // Only now, since this changes the file's header.
            session.execute("pragma journal_mode = wal");
            session.execute("pragma synchronous = full");
            new Migrations(this, settings).apply(session);
            return session;
        } catch (SQLException e) {
            closeAfter(session, e);
            throw SqlErrors.of(file, e);
        } catch (RuntimeException e) {
            closeAfter(session, e);
            throw e;
        }
    }

    @Override
    public Session openReader() {
        try {
            Session session = connect();
            session.execute("pragma query_only = on");
            return session;
        } catch (SQLException e) {
            throw SqlErrors.of(file, e);
        }
    }

    @Override
    public void requireOurs() {
        if (!Files.isRegularFile(file)) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND, "there is no database " + file, "Check the path of the file");
        }
        try (Session session = connect()) {
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
        try {
            Session session = connect();
            try {
                session.execute("pragma busy_timeout = 100");
                session.one("pragma locking_mode = exclusive", row -> row.text("locking_mode"));
                session.execute("begin exclusive");
                session.execute("commit");
                return session;
            } catch (SQLException e) {
                closeAfter(session, e);
                throw e;
            }
        } catch (SQLException e) {
            if (e instanceof SQLiteException busy && busy.getResultCode() == SQLiteErrorCode.SQLITE_BUSY) {
                throw new MakimaException(
                        ErrorCode.CONFLICT,
                        "database " + file + " is in use by another program",
                        "Stop the server that has it open, then try again",
                        e);
            }
            throw SqlErrors.of(file, e);
        }
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
        session.execute("begin immediate");
    }

    @Override
    public void beginRead(Session session) throws SQLException {
        session.execute("begin");
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

    /** There is no connection that could get lost: what fails, fails for a reason of the file's or the disk's. */
    @Override
    public boolean isLost(SQLException e) {
        return false;
    }

    private Session connect() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        config.enforceForeignKeys(true);
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        return new Session(source.getConnection());
    }

    private void prepareFile() {
        Path parent = Objects.requireNonNull(file.getParent(), "an absolute file has a directory");
        try {
            PrivateFiles.directory(parent);
            if (Files.isDirectory(file)) {
                throw SqlErrors.error(file, "that is a directory", "Name a file in database.url", null);
            }
            PrivateFiles.file(file);
            if (!Files.isReadable(file) || !Files.isWritable(file) || !Files.isWritable(parent)) {
                throw SqlErrors.error(
                        file, "it can't be written", "Check the permissions of the file and of its directory", null);
            }
            checkMagic();
        } catch (IOException e) {
            throw SqlErrors.error(file, "it can't be read: " + e, "Check the file and the disk", e);
        } catch (MakimaException e) {
            if (e.code() == ErrorCode.DB_ERROR) {
                throw e;
            }
            throw SqlErrors.error(file, e.what(), e.cure().orElse("Check the path"), e);
        }
    }

    private void checkMagic() throws IOException {
        if (Files.size(file) == 0) {
            return;
        }
        try (InputStream in = Files.newInputStream(file)) {
            if (!Arrays.equals(in.readNBytes(MAGIC.length), MAGIC)) {
                throw new UnusableDatabaseException(
                        file.toString(),
                        UnusableDatabaseException.Reason.NO_DATABASE,
                        "that is no SQLite database",
                        "Nothing was changed: name another file",
                        null);
            }
        }
    }

    private void checkVersion(Session session) throws SQLException {
        String version = session.one("select sqlite_version() as v", row -> row.text("v"))
                .orElse("0");
        int[] found =
                Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
        if (Arrays.compare(found, OLDEST) < 0) {
            throw SqlErrors.error(
                    file,
                    "SQLite " + version + " is too old",
                    "A SQLite of at least 3.51.3 has to be on the class path",
                    null);
        }
    }

    private void checkOwner(Session session) throws SQLException {
        long owner = session.one("pragma application_id", row -> row.number("application_id"))
                .orElse(0L);
        long tables = session.one("select count(*) as n from sqlite_master", row -> row.number("n"))
                .orElse(0L);
        if (owner == settings.applicationId() || (owner == 0 && tables == 0)) {
            return;
        }
        throw SqlErrors.error(file, "it belongs to another program", "Nothing was changed: name another file", null);
    }

    private static void closeAfter(Session session, Exception e) {
        try {
            session.close();
        } catch (SQLException closing) {
            e.addSuppressed(closing);
        }
    }
}
