package dev.makima.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JointWritesTest {
    @TempDir
    Path directory;

    private final CountDownLatch hold = new CountDownLatch(1);
    /** What was written together; of the writer's thread until a write is done. */
    private final List<List<String>> together = new ArrayList<>();

    private Database database;
    private JointWrites<String, String> writes;

    @BeforeEach
    void open() {
        database = Database.open(DatabaseSettings.sqlite(directory.resolve("x.db"), "sqltest/first"));
        writes = new JointWrites<>(database, (session, items) -> {
            together.add(items);
            for (String item : items) {
                session.update("insert into thing (name) values (?)", item);
            }
            return items.stream().map(item -> item + " is kept").toList();
        });
    }

    @AfterEach
    void close() {
        hold.countDown();
        database.close();
    }

    @Test
    void whatWaitsIsWrittenTogetherAndEachIsToldOfItsOwn() {
        holdTheWriter();
        CompletableFuture<String> first = writes.add("a");
        CompletableFuture<String> second = writes.add("b");
        hold.countDown();
        assertThat(soon(first)).isEqualTo("a is kept");
        assertThat(soon(second)).isEqualTo("b is kept");
        assertThat(soon(writes.add("c"))).isEqualTo("c is kept");
        assertThat(together).containsExactly(List.of("a", "b"), List.of("c"));
        assertThat(names()).containsExactly("a", "b", "c");
    }

    @Test
    void oneThatFailsTakesNoneOfTheOthersWithIt() {
        soon(writes.add("known"));
        holdTheWriter();
        CompletableFuture<String> before = writes.add("before");
        CompletableFuture<String> refused = writes.add("known");
        CompletableFuture<String> after = writes.add("after");
        hold.countDown();
        assertThat(soon(before)).isEqualTo("before is kept");
        assertThat(soon(after)).isEqualTo("after is kept");
        assertThatThrownBy(() -> soon(refused))
                .cause()
                .isInstanceOfSatisfying(
                        MakimaException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CONFLICT));
        assertThat(names()).containsExactly("known", "before", "after");
    }

    @Test
    void noTransactionTakesMoreThanItShould() {
        holdTheWriter();
        List<CompletableFuture<String>> all =
                IntStream.range(0, 1200).mapToObj(i -> writes.add("n" + i)).toList();
        hold.countDown();
        all.forEach(JointWritesTest::soon);
        assertThat(together).hasSizeGreaterThanOrEqualTo(3).allMatch(some -> some.size() <= 500);
        assertThat(names())
                .containsExactlyElementsOf(
                        IntStream.range(0, 1200).mapToObj(i -> "n" + i).toList());
    }

    @Test
    void whereTheDatabaseIsClosedEachFails() {
        database.close();
        assertThatThrownBy(() -> soon(writes.add("a"))).cause().isInstanceOf(MakimaException.class);
        assertThatThrownBy(() -> soon(writes.add("b"))).cause().isInstanceOf(MakimaException.class);
    }

    private void holdTheWriter() {
        CountDownLatch held = new CountDownLatch(1);
        CompletableFuture<Boolean> _ = database.write(session -> {
            held.countDown();
            return await(hold);
        });
        assertThat(await(held)).isTrue();
    }

    private List<String> names() {
        return database.read(session -> session.query("select name from thing order by id", row -> row.text("name")));
    }

    private static String soon(CompletableFuture<String> promise) {
        return promise.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
