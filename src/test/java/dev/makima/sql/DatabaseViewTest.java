package dev.makima.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseViewTest {
    @TempDir
    private Path directory;

    private SqliteSettings settings(String migrations) {
        return DatabaseSettings.sqlite(directory.resolve("x.db"), migrations);
    }

    private static void insert(Database database, String name) {
        database.write(session -> session.update("insert into thing (name) values (?)", name))
                .join();
    }

    private static long things(DatabaseView view) {
        return view.read(session -> session.one("select count(*) as n from thing", row -> row.number("n"))
                .orElseThrow());
    }

    @Test
    void itSeesWhatIsCommittedBesideTheWriterAndHindersNobody() {
        try (Database database = Database.open(settings("sqltest/first"))) {
            insert(database, "one");
            try (DatabaseView view = DatabaseView.open(settings("sqltest/first"))) {
                assertThat(things(view)).isEqualTo(1);
                insert(database, "two");
                assertThat(things(view)).isEqualTo(2);
                assertThat(view.damage()).isEmpty();
                assertThat(view.schema()).isEqualTo(view.knownSchema());
                assertThatThrownBy(() -> view.read(session -> session.update("delete from thing")))
                        .isInstanceOf(MakimaException.class);
            }
            insert(database, "three");
        }
    }

    @Test
    void nothingInTheFileIsChanged() throws IOException {
        try (Database database = Database.open(settings("sqltest/first"))) {
            insert(database, "one");
        }
        byte[] before = Files.readAllBytes(directory.resolve("x.db"));
        try (DatabaseView view = DatabaseView.open(settings("sqltest/first"))) {
            assertThat(things(view)).isEqualTo(1);
        }
        assertThat(Files.readAllBytes(directory.resolve("x.db"))).isEqualTo(before);
    }

    @Test
    void whatAKilledWriterLeftInItsLogIsSeenToo() throws IOException {
        Path copy = Files.createDirectory(directory.resolve("copy"));
        try (Database database = Database.open(settings("sqltest/first"))) {
            insert(database, "one");
            for (String part : new String[] {"x.db", "x.db-wal"}) {
                Files.copy(directory.resolve(part), copy.resolve(part));
            }
        }
        try (DatabaseView view = DatabaseView.open(DatabaseSettings.sqlite(copy.resolve("x.db"), "sqltest/first"))) {
            assertThat(things(view)).isEqualTo(1);
        }
    }

    @Test
    void aNewerSchemaIsToldAndNotRefused() throws SQLException {
        Database.open(settings("sqltest/second")).close();
        int newer;
        try (DatabaseView view = DatabaseView.open(settings("sqltest/second"))) {
            newer = view.schema();
        }
        // The two resource directories stand for one before and after an upgrade: the owner is set alike.
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("x.db"));
                var statement = connection.createStatement()) {
            statement.execute(
                    "pragma application_id = " + settings("sqltest/first").applicationId());
        }
        try (DatabaseView view = DatabaseView.open(settings("sqltest/first"))) {
            assertThat(view.schema()).isEqualTo(newer).isGreaterThan(view.knownSchema());
        }
    }

    @Test
    void aDamagedPageIsFound() throws IOException {
        try (Database database = Database.open(settings("sqltest/first"))) {
            for (int i = 0; i < 200; i++) {
                insert(database, "a thing with a long name, so that there are some pages: " + i);
            }
        }
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("x.db").toFile(), "rw")) {
            file.seek(file.length() - 3000);
            file.write(new byte[3000]);
        }
        try (DatabaseView view = DatabaseView.open(settings("sqltest/first"))) {
            assertThat(view.damage()).isPresent();
        }
    }

    @Test
    void whatIsNotThereOrNotOursIsRefusedAndNothingIsMade() throws IOException {
        assertThatThrownBy(() -> DatabaseView.open(settings("sqltest/first")))
                .isInstanceOfSatisfying(
                        MakimaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
        assertThat(directory).isEmptyDirectory();
        Database.open(settings("sqltest/first")).close();
        assertThatThrownBy(() -> DatabaseView.open(settings("sqltest/second")))
                .hasMessageContaining("belongs to another program");
        Files.writeString(directory.resolve("x.db"), "no database at all, but some text");
        assertThatThrownBy(() -> DatabaseView.open(settings("sqltest/first")))
                .hasMessageContaining("no SQLite database");
    }
}
