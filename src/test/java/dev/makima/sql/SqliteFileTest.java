package dev.makima.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of files that are not as they should be: they are told about by name and stay as they are. */
class SqliteFileTest {
    @TempDir
    Path directory;

    @Test
    void theFilesAreForTheirOwnerOnly() throws IOException {
        Path file = directory.resolve("state/deep/x.db");
        try (Database database = Database.open(DatabaseSettings.sqlite(file, "sqltest/first"))) {
            database.write(session -> session.update("insert into thing (name) values ('a')"))
                    .join();
            for (String name : new String[] {"x.db", "x.db-wal", "x.db-shm"}) {
                Path path = file.resolveSibling(name);
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .as(name)
                        .isEqualTo("rw-------");
            }
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("state"))))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void whatIsCommittedIsOnTheDiskAndReadersDoNotWait() {
        try (Database database = open("sqltest/first")) {
            String mode = database.write(session -> session.one("pragma journal_mode", row -> row.text("journal_mode")))
                    .join()
                    .orElseThrow();
            long synchronous = database.write(
                            session -> session.one("pragma synchronous", row -> row.number("synchronous")))
                    .join()
                    .orElseThrow();
            String version = database.read(session -> session.one("select sqlite_version() as v", row -> row.text("v")))
                    .orElseThrow();
            assertThat(mode).isEqualTo("wal");
            // FULL: each commit is synced, not only those before a checkpoint.
            assertThat(synchronous).isEqualTo(2);
            int[] found = Arrays.stream(version.split("\\."))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            assertThat(Arrays.compare(found, new int[] {3, 51, 3})).as(version).isNotNegative();
        }
    }

    @Test
    void aNewStepIsAppliedToAnOldFile() {
        // The two resource directories stand for one directory before and after an upgrade: the owner is set alike.
        open("sqltest/first").close();
        adopt("sqltest/second");
        try (Database database = open("sqltest/second")) {
            database.write(session -> session.update("insert into thing (name, more) values ('a', 'b')"))
                    .join();
        }
    }

    @Test
    void aNewerSchemaIsRefused() throws IOException {
        open("sqltest/second").close();
        adopt("sqltest/first");
        assertRefused("sqltest/first", "set up by a newer makima");
    }

    @Test
    void aChangedStepIsRefused() throws IOException {
        open("sqltest/first").close();
        adopt("sqltest/changed");
        assertRefused("sqltest/changed", "is not the one of this makima");
    }

    @Test
    void aStepThatFailsLeavesNothingBehind() {
        open("sqltest/first").close();
        adopt("sqltest/broken");
        assertThatThrownBy(() -> open("sqltest/broken")).isInstanceOf(MakimaException.class);
        adopt("sqltest/first");
        try (Database database = open("sqltest/first")) {
            long half = database.read(session -> session.one(
                            "select count(*) as n from sqlite_master where name = 'half'", row -> row.number("n")))
                    .orElseThrow();
            assertThat(half).isZero();
        }
    }

    @Test
    void theFileOfAnotherPartOfMakimaIsRefused() throws IOException {
        open("sqltest/first").close();
        assertRefused("sqltest/second", "belongs to another program");
    }

    @Test
    void aForeignDatabaseIsRefused() throws IOException {
        foreign("create table other (id integer)");
        assertRefused("sqltest/first", "belongs to another program");
    }

    @Test
    void aFileThatIsNoDatabaseIsRefused() throws IOException {
        Files.writeString(file(), "name = \"a configuration file, not a database\"\n".repeat(100));
        assertRefused("sqltest/first", "no SQLite database");
    }

    @Test
    void aTruncatedFileIsRefused() throws IOException {
        open("sqltest/first").close();
        byte[] whole = Files.readAllBytes(file());
        Files.write(file(), Arrays.copyOf(whole, 4096));
        assertRefused("sqltest/first", "damaged");
    }

    @Test
    void aDamagedHeaderIsRefused() throws IOException {
        open("sqltest/first").close();
        byte[] whole = Files.readAllBytes(file());
        Arrays.fill(whole, 16, 4096, (byte) 0x5a);
        Files.write(file(), whole);
        assertRefused("sqltest/first", "damaged");
    }

    @Test
    void aDirectoryInThePlaceOfTheFileIsRefused() throws IOException {
        Files.createDirectory(file());
        assertThatThrownBy(() -> open("sqltest/first"))
                .isInstanceOfSatisfying(
                        MakimaException.class,
                        e -> assertThat(e.explain()).contains(file().toString()).contains("that is a directory"));
    }

    @Test
    void aPathThroughAFileIsRefused() throws IOException {
        Files.writeString(directory.resolve("plain"), "x");
        Path below = directory.resolve("plain/x.db");
        assertThatThrownBy(() -> Database.open(DatabaseSettings.sqlite(below, "sqltest/first")))
                .isInstanceOfSatisfying(MakimaException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.DB_ERROR);
                    assertThat(e.explain()).contains(below.toString());
                });
    }

    private Path file() {
        return directory.resolve("x.db");
    }

    private Database open(String migrations) {
        return Database.open(DatabaseSettings.sqlite(file(), migrations));
    }

    private void adopt(String migrations) {
        foreign("pragma application_id = "
                + DatabaseSettings.sqlite(file(), migrations).applicationId());
    }

    private void foreign(String sql) {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void assertRefused(String migrations, String why) throws IOException {
        byte[] before = Files.readAllBytes(file());
        assertThatThrownBy(() -> open(migrations)).isInstanceOfSatisfying(MakimaException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.DB_ERROR);
            assertThat(e.explain()).contains(file().toString()).contains(why);
            assertThat(e.cure()).isPresent();
        });
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
    }
}
