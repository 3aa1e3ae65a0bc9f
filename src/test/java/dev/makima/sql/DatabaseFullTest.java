package dev.makima.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.ErrorCode;
import dev.makima.base.FullDiskException;
import dev.makima.base.MakimaException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that may not grow: SQLite answers as on a full disk, at the very statement that needs the space. */
class DatabaseFullTest {
    private static final String INSERT = "insert into thing (name, data) values (?, ?)";
    private static final byte[] LARGE = new byte[300_000];

    @TempDir
    Path directory;

    @Test
    void whatDoesNotFitFailsAloneAndClearlyAndNothingOfItStays() throws Exception {
        try (Database database = open()) {
            insert(database, "kept", new byte[10]).join();
            mayGrow(database, false);
            CountDownLatch hold = busy(database);
            CompletableFuture<Integer> small = insert(database, "small", new byte[1]);
            CompletableFuture<Integer> large = database.write(
                    session -> session.update(INSERT, "half", new byte[1]) + session.update(INSERT, "large", LARGE));
            CompletableFuture<String> reads = database.write(
                    session -> session.one("select name from thing where name = 'kept'", row -> row.text("name"))
                            .orElse("lost"));
            hold.countDown();
            MakimaException failure = failure(large);
            assertThat(failure).isInstanceOf(FullDiskException.class);
            assertThat(failure.code()).isEqualTo(ErrorCode.DB_ERROR);
            assertThat(failure.explain())
                    .contains(directory.resolve("x.db").toString())
                    .contains("the disk is full")
                    .contains("Make room");
            // Whether the others were lost with the transaction is SQLite's to say: all that matters is that each was
            // told the truth.
            List<String> expected = new ArrayList<>(List.of("kept"));
            if (succeeded(small)) {
                expected.add("small");
            }
            assertThat(succeeded(reads) ? reads.join() : "kept").isEqualTo("kept");
            assertThat(names(database)).isEqualTo(expected);
        }
    }

    @Test
    void onceThereIsRoomTheSameConnectionGoesOn() {
        try (Database database = open()) {
            insert(database, "before", new byte[10]).join();
            mayGrow(database, false);
            List<CompletableFuture<Integer>> refused = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                refused.add(insert(database, "refused" + i, LARGE));
            }
            assertThat(refused).allSatisfy(write -> assertThat(failure(write)).isInstanceOf(FullDiskException.class));
            mayGrow(database, true);
            insert(database, "after", LARGE).orTimeout(20, TimeUnit.SECONDS).join();
            assertThat(names(database)).containsExactly("before", "after");
        }
        try (Database database = open()) {
            assertThat(names(database)).containsExactly("before", "after");
            String sound = database.read(
                            session -> session.one("pragma integrity_check(1)", row -> row.text("integrity_check")))
                    .orElse("nothing");
            assertThat(sound).isEqualTo("ok");
        }
    }

    @Test
    void aTransactionThatSqliteHasEndedByItselfIsToldByWhatEndedIt() throws Exception {
        try (Database database = open()) {
            CountDownLatch hold = busy(database);
            var before = insert(database, "before", new byte[1]);
            var ends = database.write(session -> {
                session.update(INSERT, "half", new byte[1]);
                // As SQLite does by itself on some full disks.
                session.execute("rollback");
                throw new SQLException("the first failure");
            });
            var after = insert(database, "after", new byte[1]);
            hold.countDown();
            assertThat(failure(before).explain()).contains("the first failure");
            assertThat(failure(ends).explain()).contains("the first failure");
            assertThat(after.get(20, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(names(database)).containsExactly("after");
        }
    }

    @Test
    void aThousandWritesThatWaitTogetherAreEachAnsweredWhereEachEndsItsTransaction() throws Exception {
        try (Database database = open()) {
            CountDownLatch hold = busy(database);
            List<CompletableFuture<Integer>> all = new ArrayList<>();
            for (int i = 0; i < 5000; i++) {
                all.add(database.write(session -> {
                    session.execute("rollback");
                    throw new SQLException("again");
                }));
            }
            hold.countDown();
            assertThat(all)
                    .allSatisfy(write -> assertThat(failure(write).explain()).contains("again"));
            assertThat(insert(database, "after", new byte[1]).get(20, TimeUnit.SECONDS))
                    .isEqualTo(1);
        }
    }

    private Database open() {
        return Database.open(DatabaseSettings.sqlite(directory.resolve("x.db"), "sqltest/first"));
    }

    /** No page more than there are, but for a few; or as many as ever. */
    private static void mayGrow(Database database, boolean may) {
        String limit = may ? "4294967294" : "1";
        // A limit below what there is becomes what there is.
        database.write(session -> session.one("pragma max_page_count = " + limit, row -> 1))
                .join();
    }

    /** The writer is at work until the latch is opened: what is queued meanwhile comes into one transaction. */
    private static CountDownLatch busy(Database database) {
        CountDownLatch hold = new CountDownLatch(1);
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<Boolean> unused = database.write(session -> {
            running.countDown();
            return await(hold);
        });
        assertThat(await(running)).isTrue();
        assertThat(unused).isNotDone();
        return hold;
    }

    private static CompletableFuture<Integer> insert(Database database, String name, byte[] data) {
        return database.write(session -> session.update(INSERT, name, data));
    }

    private static List<String> names(Database database) {
        return database.read(session -> session.query("select name from thing order by id", row -> row.text("name")));
    }

    private static boolean succeeded(CompletableFuture<?> write) {
        return write.orTimeout(20, TimeUnit.SECONDS)
                .handle((ignored, failure) -> failure == null)
                .join();
    }

    private static MakimaException failure(CompletableFuture<?> write) {
        try {
            @Nullable Object done = write.orTimeout(20, TimeUnit.SECONDS).join();
            throw new AssertionError("it did not fail: " + done);
        } catch (CompletionException e) {
            if (e.getCause() instanceof MakimaException known) {
                return known;
            }
            throw e;
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
