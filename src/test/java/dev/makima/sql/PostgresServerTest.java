package dev.makima.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.Secret;
import dev.makima.testkit.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What is PostgreSQL's own: what it refuses, servers that start at once, connections that are lost. */
class PostgresServerTest {
    private static final String INSERT = "insert into thing (name) values (?)";
    private static final String END_ME = "select pg_terminate_backend(pg_backend_pid()) as ended";

    private final TestPostgres.Fresh fresh = TestPostgres.database();

    @Test
    void serversThatStartAtOnceMakeTheSchemaOnce() throws Exception {
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Boolean>> starts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                starts.add(() -> {
                    open("sqltest/second").close();
                    return true;
                });
            }
            for (var start : threads.invokeAll(starts)) {
                assertThat(start.get(30, TimeUnit.SECONDS)).isTrue();
            }
        }
        try (Database database = open("sqltest/second")) {
            assertThat(database.<Long>read(
                            session -> session.one("select count(*) as n from schema_version", row -> row.number("n"))
                                    .orElseThrow()))
                    .isEqualTo(2);
        }
    }

    @Test
    void rowsAreFoundByTheirKeysHoweverFewThereAre() {
        Work<List<String>> plan = session ->
                session.query("explain select id from thing where name = ?", row -> row.text("QUERY PLAN"), "a");
        try (Database database = open("sqltest/first")) {
            database.write(session -> session.update(INSERT, "a") + session.update("analyze thing"))
                    .join();
            assertThat(List.of(database.write(plan).join(), database.read(plan)))
                    .allSatisfy(lines -> assertThat(lines)
                            .anyMatch(line -> line.contains("Index"))
                            .noneMatch(line -> line.contains("Seq Scan")));
        }
    }

    @Test
    void whatIsWrittenTogetherIsAnsweredByItsLastRun() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch hold = new CountDownLatch(1);
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        List<CompletableFuture<String>> later = new CopyOnWriteArrayList<>();
        try (Database database = open("sqltest/first")) {
            JointWrites<String, String> writes = new JointWrites<>(database, (session, items) -> {
                int run = runs.incrementAndGet();
                for (String item : items) {
                    session.update(INSERT, item);
                }
                return items.stream().map(item -> item + " by run " + run).toList();
            });
            CompletableFuture<Boolean> _ = database.write(session -> {
                held.countDown();
                try {
                    return hold.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<String> first = writes.add("a");
            CompletableFuture<String> second = writes.add("b");
            CompletableFuture<Integer> beside = database.write(session -> {
                later.add(writes.add("later " + failures.incrementAndGet()));
                return session.update("insert into thing (name) values (null)");
            });
            hold.countDown();
            assertThatThrownBy(() -> beside.orTimeout(30, TimeUnit.SECONDS).join())
                    .hasCauseInstanceOf(MakimaException.class);
            assertThat(first.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo("a by run 2");
            assertThat(second.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo("b by run 2");
            assertThat(later).hasSize(2);
            for (CompletableFuture<String> each : later) {
                assertThat(each.orTimeout(30, TimeUnit.SECONDS).join()).startsWith("later ");
            }
            assertThat(names(database)).containsExactlyInAnyOrder("a", "b", "later 1", "later 2");
        }
    }

    @Test
    void onlyAFewWordsOfASchemaStepAreOthers() {
        String step =
                "create table a (\n    id integer primary key,\n    b blob,\n    c integer not null default 0\n) without rowid;"
                        + "\nupdate a set c = instr(b, '-');";
        assertThat(new PostgresServer(settings("sqltest/first")).translated(step))
                .isEqualTo("create table a (\n    id bigint generated by default as identity primary key,\n    b bytea,"
                        + "\n    c integer not null default 0\n);\nupdate a set c = strpos(b, '-');");
    }

    @Test
    void aNewerSchemaIsRefused() {
        open("sqltest/second").close();
        adopt("sqltest/first");
        assertRefused(settings("sqltest/first"), ErrorCode.DB_ERROR, "set up by a newer makima");
    }

    @Test
    void aChangedStepIsRefused() {
        open("sqltest/first").close();
        adopt("sqltest/changed");
        assertRefused(settings("sqltest/changed"), ErrorCode.DB_ERROR, "is not the one of this makima");
    }

    @Test
    void aStepThatFailsLeavesNothingBehind() {
        open("sqltest/first").close();
        adopt("sqltest/broken");
        assertRefused(settings("sqltest/broken"), ErrorCode.DB_ERROR, "syntax error");
        adopt("sqltest/first");
        try (Database database = open("sqltest/first")) {
            assertThat(database.<Boolean>read(session -> session.one(
                                    "select to_regclass('half') is null as gone", row -> row.flag("gone"))
                            .orElseThrow()))
                    .isTrue();
        }
    }

    @Test
    void theDatabaseOfAnotherProgramIsRefusedAndASchemaBesideItIsNot() {
        fresh.execute("create table theirs (id integer)");
        assertRefused(settings("sqltest/first"), ErrorCode.DB_ERROR, "belongs to another program");
        String url = fresh.jdbcUrl().reveal() + "&currentSchema=mine";
        assertRefused(settings(url, Optional.empty()), ErrorCode.DB_ERROR, "does not exist");
        fresh.execute("create schema mine");
        try (Database database = Database.open(settings(url, Optional.empty()))) {
            assertThat(database.write(session -> session.update(INSERT, "a")).join())
                    .isEqualTo(1);
        }
    }

    @Test
    void whatCannotBeReachedOrEnteredIsToldWithACure() {
        String good = fresh.url(fresh.port()).reveal();
        Optional<Secret> password = Optional.of(fresh.password());
        assertRefused(
                settings(fresh.url(1).reveal() + "?user=makima", password), ErrorCode.UNAVAILABLE, "does not answer");
        assertRefused(
                settings(good + "?user=makima", Optional.of(new Secret("wrong-one"))),
                ErrorCode.DB_ERROR,
                "refuses the password");
        assertRefused(settings(good + "?user=makima", Optional.empty()), ErrorCode.DB_ERROR, "wants a password");
        assertRefused(settings(good + "?user=nobody", password), ErrorCode.DB_ERROR, "refuses the password");
        assertRefused(settings(good + "x?user=makima", password), ErrorCode.DB_ERROR, "no such database");
        assertRefused(
                settings("jdbc:postgresql://127.0.0.1:no/x?password=hidden", password),
                ErrorCode.DB_ERROR,
                "no valid JDBC URL");
    }

    @Test
    void aDatabaseThatCannotHoldEveryTextIsRefused() {
        TestPostgres.Fresh ascii = TestPostgres.database("template template0 encoding 'SQL_ASCII'");
        assertRefused(
                settings(ascii.jdbcUrl().reveal(), Optional.empty()), ErrorCode.DB_ERROR, "its encoding is SQL_ASCII");
    }

    @Test
    void aDatabaseThatIsOnlyReadIsRefused() {
        fresh.execute("alter database " + fresh.name() + " set default_transaction_read_only = on");
        assertRefused(settings("sqltest/first"), ErrorCode.DB_ERROR, "it can only be read");
    }

    @Test
    void anOldServerIsRefused() {
        PostgresServer server = new PostgresServer(settings("sqltest/first"));
        server.checkVersion(140_000);
        assertThatThrownBy(() -> server.checkVersion(130_014))
                .isInstanceOfSatisfying(
                        MakimaException.class,
                        e -> assertThat(e.explain()).contains("PostgreSQL 13 is too old", "14 or newer", fresh.name()));
    }

    @Test
    void aTextWithNulIsKeptWithoutIt() {
        try (Database database = open("sqltest/first")) {
            database.write(session -> session.update(INSERT, "a\0b")).join();
            assertThat(names(database)).containsExactly("a\uFFFDb");
        }
    }

    @Test
    void commitsWaitForTheDiskEvenWhereTheDatabaseSaysOtherwise() {
        fresh.execute("alter database " + fresh.name() + " set synchronous_commit = off");
        try (Database database = open("sqltest/first")) {
            assertThat(database.<String>write(session -> session.one(
                                            "select current_setting('synchronous_commit') as s", row -> row.text("s"))
                                    .orElseThrow())
                            .join())
                    .isEqualTo("on");
        }
    }

    @Test
    void whatWasNotCommittedWhenTheConnectionWasLostIsRunAgainOnce() {
        try (Database database = open("sqltest/first")) {
            AtomicInteger runs = new AtomicInteger();
            var work = database.write(session -> {
                session.update(INSERT, "a");
                if (runs.incrementAndGet() == 1) {
                    session.query(END_ME, row -> row.flag("ended"));
                }
                return runs.get();
            });
            assertThat(work.join()).isEqualTo(2);
            assertThat(names(database)).containsExactly("a");
            assertThat(database.outage()).isNull();
        }
    }

    @Test
    void aWorkThatAlwaysLosesTheConnectionFailsInTheEnd() {
        try (Database database = open("sqltest/first")) {
            var work = database.write(session -> {
                session.update(INSERT, "a");
                session.query(END_ME, row -> row.flag("ended"));
                return 1;
            });
            assertThat(codeOf(work)).isEqualTo(ErrorCode.UNAVAILABLE);
            database.write(session -> session.update(INSERT, "b")).join();
            assertThat(names(database)).containsExactly("b");
        }
    }

    @Test
    void whatWasBeingCommittedWhenTheConnectionWasLostIsNeitherAcknowledgedNorRunAgain() {
        try (Database database = open("sqltest/first")) {
            fresh.execute("create function lose() returns trigger language plpgsql as"
                    + " 'begin perform pg_terminate_backend(pg_backend_pid()); return null; end'");
            fresh.execute("create constraint trigger lose after insert on thing deferrable initially deferred"
                    + " for each row when (new.name = 'doubtful') execute function lose()");
            AtomicInteger runs = new AtomicInteger();
            var work = database.write(session -> {
                runs.incrementAndGet();
                return session.update(INSERT, "doubtful");
            });
            assertThatThrownBy(work::join).hasMessageContaining("in the middle of a commit");
            assertThat(runs.get()).isEqualTo(1);
            database.write(session -> session.update(INSERT, "b")).join();
            assertThat(names(database)).containsExactly("b");
        }
    }

    private Database open(String migrations) {
        return Database.open(settings(migrations));
    }

    private PostgresSettings settings(String migrations) {
        return DatabaseSettings.postgres(fresh.jdbcUrl(), Optional.empty(), fresh.uri(), migrations);
    }

    private PostgresSettings settings(String url, Optional<Secret> password) {
        return DatabaseSettings.postgres(new Secret(url), password, "the-database", "sqltest/first");
    }

    private void adopt(String migrations) {
        fresh.execute("comment on table schema_version is 'makima:"
                + settings(migrations).applicationId() + "'");
    }

    private void assertRefused(PostgresSettings settings, ErrorCode code, String why) {
        assertThatThrownBy(() -> Database.open(settings)).isInstanceOfSatisfying(MakimaException.class, e -> {
            assertThat(e.explain()).contains(settings.display(), why).doesNotContain("hidden", "wrong-one");
            assertThat(e.explain()).doesNotContain(fresh.password().reveal());
            assertThat(e.code()).isEqualTo(code);
        });
    }

    private static List<String> names(Database database) {
        return database.read(session -> session.query("select name from thing order by id", row -> row.text("name")));
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
