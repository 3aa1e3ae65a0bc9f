package dev.makima.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.config.ServerConfig;
import dev.makima.protocol.Capability;
import dev.makima.protocol.TaskState;
import dev.makima.server.contracts.Contracts;
import dev.makima.server.core.Bus;
import dev.makima.server.core.News;
import dev.makima.server.core.Timings;
import dev.makima.server.daemons.DaemonRegistry;
import dev.makima.server.daemons.Dispatcher;
import dev.makima.server.daemons.TaskEvents;
import dev.makima.server.output.EntryWriter;
import dev.makima.server.store.DispatchTable;
import dev.makima.server.store.KeyTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.StoreFixtures;
import dev.makima.testkit.Await;
import dev.makima.testkit.LogListener;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases, where the database took no renewal of them for a while. */
class MissedUpkeepTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LEASE = Duration.ofSeconds(5);
    private static final Timings TIMINGS = new Timings(
            Duration.ofSeconds(6),
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(30),
            Duration.ofMillis(500),
            Duration.ofMillis(500),
            Duration.ofSeconds(30));

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private volatile Instant now = Instant.ofEpochSecond(1_800_000_000);
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

    @TempDir
    private Path directory;

    private Store store;
    private KeyTable.Holder holder;
    private Upkeep upkeep;

    @BeforeEach
    void open() {
        store = await(Store.open(vertx, Store.settings(TestDatabase.SQLITE.fresh(directory)), now));
        holder = await(store.keys().firstHolder(now));
        Bus bus = new Bus(vertx);
        News news = new News(vertx, bus);
        EntryWriter entries = new EntryWriter(store.output(), store.entries(), news, clock, () -> false);
        // No daemon is connected here: what is taken away stays in the queue.
        Dispatcher dispatcher = new Dispatcher(vertx, store, bus, news, new DaemonRegistry(), LEASE, TIMINGS, clock);
        Contracts contracts = new Contracts(store, bus, news, TIMINGS, clock);
        upkeep = new Upkeep(
                store,
                new ServerConfig.Tasks(Duration.ofSeconds(1), LEASE, 3, Duration.ofMinutes(15)),
                TIMINGS,
                new TaskEvents(store, news, dispatcher, entries, contracts, 3, clock),
                entries,
                clock);
    }

    @AfterEach
    void close() {
        await(store.close());
        await(vertx.close());
    }

    private UUID daemon(String name, String... capabilities) {
        return await(StoreFixtures.daemon(store, holder, name, 1, List.of(capabilities), now));
    }

    private Future<TaskId> task() {
        return StoreFixtures.queuedTask(store, holder, now);
    }

    private boolean isTaken(TaskId task) {
        return await(store.tasks().get(task)).orElseThrow().status() == TaskState.PENDING;
    }

    private void lookUntilTaken(TaskId task) {
        Await.until(PATIENCE, "the task is taken from its daemon", () -> {
            context.runOnContext(_ -> upkeep.run());
            return isTaken(task);
        });
    }

    private void sql(String statement) {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("server.db"))) {
            database.createStatement().execute("pragma busy_timeout = 10000");
            database.createStatement().execute(statement);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void leasesCountAnewOnceFromWhenTheDatabaseWorksAgain() {
        UUID leasing = daemon("m1", Capability.LEASE, Capability.OUTPUT_STREAM);
        UUID plain = daemon("m2", Capability.OUTPUT_STREAM);
        await(task());
        await(task());
        Map<UUID, TaskId> tasks = await(store.dispatch()
                        .claim(Set.of(leasing, plain), Set.of(leasing, plain), LEASE, Duration.ZERO, now))
                .stream()
                .collect(Collectors.toMap(DispatchTable.Claim::daemonId, DispatchTable.Claim::taskId));
        TaskId leased = Objects.requireNonNull(tasks.get(leasing));
        await(store.daemons().disconnected(plain, now));

        try (LogListener log = LogListener.to(Upkeep.class.getName())) {
            sql("alter table hand_over rename column lease_secs to gone");
            now = now.plusSeconds(10);
            context.runOnContext(_ -> upkeep.run());
            // Of this database: other tests may make theirs fail at the same time.
            log.await(PATIENCE, "the failure", text -> text.contains("upkeep failed") && text.contains("lease_secs"));
            sql("alter table hand_over rename column gone to lease_secs");
        }
        now = now.plusSeconds(1);
        // Both are looked at by one statement.
        lookUntilTaken(Objects.requireNonNull(tasks.get(plain)));
        assertThat(isTaken(leased)).isFalse();

        now = now.plusSeconds(10);
        lookUntilTaken(leased);
    }

    private static <T> T await(Future<T> future) {
        return Await.value(future, PATIENCE);
    }
}
