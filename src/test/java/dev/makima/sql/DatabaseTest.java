package dev.makima.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.testkit.TestDatabase;
import dev.makima.testkit.TestPostgres;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(TestDatabase.class)
class DatabaseTest {
    private final TestDatabase kind;

    DatabaseTest(TestDatabase kind) {
        this.kind = kind;
    }

    private static final String INSERT = "insert into thing (name) values (?)";

    @TempDir
    Path directory;

    private TestPostgres.@Nullable Fresh postgres;

    @Test
    void whatWasWrittenIsRead() {
        try (Database database = open()) {
            Instant at = Instant.ofEpochMilli(1_700_000_000_123L);
            database.write(session -> session.update(
                            "insert into thing (name, at, data) values (?, ?, ?)", "a", at, new byte[] {1, 2}))
                    .join();
            String found = database.read(session -> session.one(
                            "select * from thing where name = ?",
                            row -> row.text("name") + row.instant("at").toEpochMilli() + row.bytes("data").length,
                            "a"))
                    .orElseThrow();
            assertThat(found).isEqualTo("a17000000001232");
        }
    }

    @Test
    void whatWasCommittedIsThereAfterReopening() {
        try (Database database = open()) {
            database.write(session -> session.update(INSERT, "a")).join();
        }
        try (Database database = open()) {
            assertThat(names(database)).containsExactly("a");
        }
    }

    @Test
    void oneFailingWorkDoesNotFailItsNeighbours() throws Exception {
        try (Database database = open()) {
            CountDownLatch hold = new CountDownLatch(1);
            var first = database.write(session -> await(hold));
            var before = database.write(session -> session.update(INSERT, "before"));
            var sql = database.write(session -> session.update(INSERT, "half") + session.update("insert into nowhere"));
            var refused = database.write(session -> session.update(INSERT, "before"));
            var own = database.write(session -> {
                session.update(INSERT, "mine");
                throw new MakimaException(ErrorCode.NOT_FOUND, "no such thing");
            });
            var after = database.write(session -> session.update(INSERT, "after"));
            hold.countDown();
            first.get(30, TimeUnit.SECONDS);
            assertThat(before.get(30, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(after.get(30, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(codeOf(sql)).isEqualTo(ErrorCode.DB_ERROR);
            assertThat(codeOf(refused)).isEqualTo(ErrorCode.CONFLICT);
            assertThat(codeOf(own)).isEqualTo(ErrorCode.NOT_FOUND);
            assertThat(names(database)).containsExactly("before", "after");
        }
    }

    @Test
    void theQueueIsBounded() {
        try (Database database = Database.open(settings(1, 2))) {
            CountDownLatch hold = new CountDownLatch(1);
            CountDownLatch running = new CountDownLatch(1);
            var first = database.write(session -> {
                running.countDown();
                return await(hold);
            });
            assertThat(await(running)).isTrue();
            var second = database.write(session -> session.update(INSERT, "a"));
            var third = database.write(session -> session.update(INSERT, "b"));
            var fourth = database.write(session -> session.update(INSERT, "c"));
            assertThat(codeOf(fourth)).isEqualTo(ErrorCode.UNAVAILABLE);
            hold.countDown();
            CompletableFuture.allOf(first, second, third).join();
            assertThat(names(database)).containsExactly("a", "b");
        }
    }

    @Test
    void closingWritesWhatIsQueuedAndRefusesWhatComesLater() {
        Database database = open();
        List<CompletableFuture<Integer>> writes = IntStream.range(0, 500)
                .mapToObj(i -> database.write(session -> session.update(INSERT, "n" + i)))
                .toList();
        database.close();
        database.close();
        assertThat(writes).allMatch(write -> !write.isCompletedExceptionally() && write.isDone());
        assertThat(codeOf(database.write(session -> 1))).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThatThrownBy(() -> database.read(session -> 1)).isInstanceOf(MakimaException.class);
        try (Database again = open()) {
            assertThat(names(again)).hasSize(500);
        }
    }

    @Test
    void readersCannotWrite() {
        try (Database database = open()) {
            assertThatThrownBy(() -> database.read(session -> session.update(INSERT, "a")))
                    .isInstanceOf(MakimaException.class);
            assertThat(names(database)).isEmpty();
        }
    }

    @Test
    void manyCallersAtOnceLoseNothing() throws Exception {
        try (Database database = open()) {
            List<Thread> threads = new ArrayList<>();
            for (int caller = 0; caller < 8; caller++) {
                String prefix = "c" + caller + "-";
                threads.add(Thread.ofPlatform().start(() -> {
                    for (int i = 0; i < 200; i++) {
                        String name = prefix + i;
                        database.write(session -> session.update(INSERT, name)).join();
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(names(database)).hasSize(1600).doesNotHaveDuplicates();
        }
    }

    @Test
    void aBatchInsertsAllItsRows() {
        try (Database database = open()) {
            List<@Nullable Object[]> rows = List.of(new Object[] {"a"}, new Object[] {"b"});
            database.write(session -> {
                        session.batch(INSERT, rows);
                        return true;
                    })
                    .join();
            assertThat(names(database)).containsExactly("a", "b");
        }
    }

    @Test
    void aBatchOfUpdatesSaysHowManyRowsEachHasChanged() {
        try (Database database = open()) {
            for (String name : List.of("a", "b")) {
                database.write(session -> session.update(INSERT, name)).join();
            }
            List<@Nullable Object[]> rows =
                    List.of(new Object[] {"x", "a"}, new Object[] {"y", "a"}, new Object[] {"z", "b"});
            int[] changed = database.write(session -> session.batch("update thing set name = ? where name = ?", rows))
                    .join();
            assertThat(changed).containsExactly(1, 0, 1);
            assertThat(names(database)).containsExactly("x", "z");
        }
    }

    @Test
    void manyKeysAreLookedUpEachOnceHoweverManyThereAre() {
        try (Database database = open()) {
            List<@Nullable Object[]> rows = IntStream.range(0, 700)
                    .mapToObj(i -> new @Nullable Object[] {"n" + i})
                    .toList();
            database.write(session -> session.batch(INSERT, rows)).join();
            for (int count : new int[] {0, 1, 2, 3, 255, 256, 257, 600}) {
                List<String> known =
                        IntStream.range(0, count).mapToObj(i -> "n" + i).toList();
                List<String> keys = new ArrayList<>(known);
                keys.addAll(known);
                keys.add("unknown");
                List<String> found = database.read(session -> session.queryEach(
                        "select name from thing where name in (:keys)", row -> row.text("name"), keys));
                assertThat(found).containsExactlyInAnyOrderElementsOf(known);
            }
        }
    }

    @Test
    void anArgumentWithoutACommonFormIsRefused() {
        try (Database database = open()) {
            assertThatThrownBy(() -> database.write(session -> session.update(INSERT, ErrorCode.IO))
                            .join())
                    .hasRootCauseInstanceOf(IllegalArgumentException.class);
        }
    }

    private Database open() {
        return Database.open(settings(DatabaseSettings.READERS_DEFAULT, DatabaseSettings.QUEUED_DEFAULT));
    }

    /** The same database each time. */
    private DatabaseSettings settings(int readers, int queued) {
        return switch (kind) {
            case SQLITE -> new SqliteSettings(directory.resolve("x.db"), "sqltest/first", readers, queued);
            case POSTGRESQL -> {
                TestPostgres.Fresh made = postgres == null ? TestPostgres.database() : postgres;
                postgres = made;
                yield new PostgresSettings(
                        made.jdbcUrl(), Optional.empty(), made.uri(), "sqltest/first", readers, queued);
            }
        };
    }

    private static List<String> names(Database database) {
        return database.read(session -> session.query("select name from thing order by id", row -> row.text("name")));
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static ErrorCode codeOf(CompletableFuture<?> failed) {
        try {
            failed.orTimeout(30, TimeUnit.SECONDS).join();
            throw new AssertionError("it did not fail");
        } catch (CompletionException e) {
            if (e.getCause() instanceof MakimaException failure) {
                return failure.code();
            }
            throw e;
        }
    }
}
