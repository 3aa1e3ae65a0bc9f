package dev.makima.sql;

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
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The file of a SQLite database: looked at before anything is written, so that a file that is not ours, or that is
 * damaged, is told about and left as it is.
 */
final class SqliteFile {
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    /** Older ones have a bug in WAL mode that can damage the file when two connections checkpoint at once. */
    private static final int[] OLDEST = {3, 51, 3};

    private final DatabaseSettings settings;
    private final Path file;

    SqliteFile(DatabaseSettings settings) {
        this.settings = settings;
        this.file = settings.file();
    }

    /**
     * Makes the file where it is missing and brings its schema up to date.
     *
     * @return the connection that writes
     * @throws MakimaException DB_ERROR where the file is not one that this program may write
     */
    Session openWriter() {
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
            new Migrations(settings).apply(session);
            return session;
        } catch (SQLException e) {
            closeAfter(session, e);
            throw SqlErrors.of(file, e);
        } catch (RuntimeException e) {
            closeAfter(session, e);
            throw e;
        }
    }

    /** Opens a connection that can only read. The writer has to be open. */
    Session openReader() {
        try {
            Session session = connect();
            session.execute("pragma query_only = on");
            return session;
        } catch (SQLException e) {
            throw SqlErrors.of(file, e);
        }
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
            checkMagic();
        } catch (IOException e) {
            throw SqlErrors.error(file, "it can't be read: " + e, "Check the file and the disk", e);
        }
        Session session;
        try {
            session = connect(true);
        } catch (SQLException e) {
            throw SqlErrors.of(file, e);
        }
        try {
            checkOwner(session);
            return session;
        } catch (SQLException e) {
            closeAfter(session, e);
            throw SqlErrors.of(file, e);
        } catch (RuntimeException e) {
            closeAfter(session, e);
            throw e;
        }
    }

    private Session connect() throws SQLException {
        return connect(false);
    }

    private Session connect(boolean readOnly) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(readOnly);
        config.setBusyTimeout(5000);
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
            if (e.code() == dev.makima.base.ErrorCode.DB_ERROR) {
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
                        file,
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
