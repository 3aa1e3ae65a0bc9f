package dev.makima.daemon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.sql.Database;
import dev.makima.sql.DatabaseSettings;
import dev.makima.sql.UnusableDatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-02-03T04:05:06Z"), ZoneOffset.UTC);

    @TempDir
    private Path temp;

    private Path file;

    @BeforeEach
    void makeOne() {
        file = temp.resolve("daemon.db");
        open(file).close();
    }

    private static Database open(Path file) {
        return StateFile.open(file, CLOCK);
    }

    private List<Path> aside() throws IOException {
        try (Stream<Path> files = Files.list(temp)) {
            return files.filter(path -> path.getFileName().toString().contains("set-aside"))
                    .sorted()
                    .toList();
        }
    }

    private void assertAside(byte[] content) throws IOException {
        try (Database database = open(file)) {
            long tasks = database.read(session -> session.one("select count(*) as n from task", row -> row.number("n")))
                    .orElseThrow();
            assertThat(tasks).isZero();
        }
        assertThat(aside()).isNotEmpty();
        Path aside = aside().getFirst();
        assertThat(aside).hasFileName("daemon.db.set-aside-20260203T040506Z");
        assertThat(Files.readAllBytes(aside)).isEqualTo(content);
    }

    @Test
    void aWholeOneIsUsedAsItIs() throws IOException {
        execute(file, "insert into epoch (value) values ('mine')");
        try (Database database = open(file)) {
            Optional<String> value = database.read(
                    session -> session.one("select value from epoch where value = 'mine'", row -> row.text("value")));
            assertThat(value).contains("mine");
        }
        assertThat(aside()).isEmpty();
    }

    @Test
    void oneWithADamagedPageIsPutAsideWholeAndAnEmptyOneTakesItsPlace() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, 8192, bytes.length, (byte) 0x5a);
        Files.write(file, bytes);
        assertAside(bytes);
    }

    @Test
    void oneWithADestroyedBeginningIsPutAsideToo() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Arrays.fill(bytes, 0, 100, (byte) 0);
        Files.write(file, bytes);
        assertAside(bytes);

        // A second time in the same second.
        Files.write(file, bytes);
        open(file).close();
        assertThat(aside()).hasSize(2);
    }

    @Test
    void oneOfANewerMakimaIsPutAside() throws IOException {
        execute(file, "insert into schema_version (version, name, checksum, applied_at) values (999, 'later', 'x', 0)");
        byte[] bytes = Files.readAllBytes(file);
        assertAside(bytes);
        try (Database later = Database.open(DatabaseSettings.sqlite(file, "dev/makima/daemon/store/sql"))) {
            assertThat(later.waiting()).isZero();
        }
    }

    @Test
    void aFileThatIsNotTheDaemonsIsLeftWhereItIs() throws IOException {
        Path other = Files.writeString(temp.resolve("settings.toml"), "a = 1\n".repeat(100));
        assertThatThrownBy(() -> open(other)).isInstanceOf(UnusableDatabaseException.class);
        assertThat(other).content().startsWith("a = 1");

        Path servers = temp.resolve("server.db");
        Database.open(DatabaseSettings.sqlite(servers, "dev/makima/server/store/sql"))
                .close();
        assertThatThrownBy(() -> open(servers)).hasMessageContaining("belongs to another program");
        assertThat(aside()).isEmpty();
    }

    private static void execute(Path database, String sql) {
        try (Database opened = Database.open(DatabaseSettings.sqlite(database, "dev/makima/daemon/store/sql"))) {
            opened.write(session -> session.update(sql)).join();
        }
    }
}
