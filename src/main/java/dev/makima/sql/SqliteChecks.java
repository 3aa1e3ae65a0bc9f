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

/** What a file has to be before anything is written to it: each check refuses it with the reason, and leaves it as it is. */
final class SqliteChecks {
    private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    /** Older ones have a bug in WAL mode that can damage the file when two connections checkpoint at once. */
    private static final int[] OLDEST = {3, 51, 3};

    private final Path file;
    private final int applicationId;

    SqliteChecks(Path file, int applicationId) {
        this.file = file;
        this.applicationId = applicationId;
    }

    void prepare() {
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
            magic();
        } catch (IOException e) {
            throw SqlErrors.error(file, "it can't be read: " + e, "Check the file and the disk", e);
        } catch (MakimaException e) {
            if (e.code() == ErrorCode.DB_ERROR) {
                throw e;
            }
            throw SqlErrors.error(file, e.what(), e.cure().orElse("Check the path"), e);
        }
    }

    void magic() throws IOException {
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

    void version(Session session) throws SQLException {
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

    void owner(Session session) throws SQLException {
        long owner = session.one("pragma application_id", row -> row.number("application_id"))
                .orElse(0L);
        long tables = session.one("select count(*) as n from sqlite_master", row -> row.number("n"))
                .orElse(0L);
        if (owner == applicationId || (owner == 0 && tables == 0)) {
            return;
        }
        throw SqlErrors.error(file, "it belongs to another program", "Nothing was changed: name another file", null);
    }

    /** All pages are whole. */
    void pages(Session session) throws SQLException {
        String verdict = session.one("pragma quick_check(1)", row -> row.text("quick_check"))
                .orElse("nothing");
        if (!verdict.equals("ok")) {
            throw UnusableDatabaseException.damaged(file, verdict);
        }
    }
}
