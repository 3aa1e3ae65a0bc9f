package dev.makima.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.protocol.Capability;
import dev.makima.protocol.TaskState;
import dev.makima.protocol.TaskStatusChange;
import dev.makima.testkit.Await;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose lease is renewed where all are, as when the server's clock was set. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class HandOverTableTest {
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Instant BEGIN = Instant.ofEpochSecond(1_800_000_000);

    private final TestDatabase kind;
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path directory;

    private Store store;
    private KeyTable.Holder holder;
    private UUID first;
    private UUID second;
    private TaskId task;

    HandOverTableTest(TestDatabase kind) {
        this.kind = kind;
    }

    /** A task that a user has stopped and started again, while the daemon that has it is away. */
    @BeforeEach
    void startAgainWhileItsDaemonIsAway() {
        store = await(Store.open(vertx, Store.settings(kind.fresh(directory)), BEGIN));
        holder = await(store.keys().firstHolder(BEGIN));
        first = daemon("m1");
        second = daemon("m2");
        task = await(store.tasks()
                .add(
                        new TaskTable.NewTask(
                                holder.ownerId(),
                                holder.accountId(),
                                "a task",
                                "do it",
                                Task.Spec.in(null, null),
                                true),
                        BEGIN));
        assertThat(claim(first, BEGIN)).hasSize(1);
        await(store.daemons().disconnected(first, BEGIN.plusSeconds(1)));
        await(store.tasks().stop(holder.ownerId(), task, BEGIN.plusSeconds(2)));
        await(store.tasks().start(holder.ownerId(), task, BEGIN.plusSeconds(3)));
    }

    @AfterEach
    void close() {
        await(store.close());
        await(vertx.close());
    }

    private UUID daemon(String name) {
        return await(store.daemons()
                .connected(
                        new DaemonTable.Hello(
                                holder.ownerId(),
                                name,
                                "",
                                name,
                                1,
                                List.of(Capability.LEASE, Capability.OUTPUT_STREAM),
                                new JsonArray()),
                        BEGIN));
    }

    private List<DispatchTable.Claim> claim(UUID daemon, Instant now) {
        return await(store.dispatch().claim(Set.of(daemon), Set.of(daemon), LEASE, Duration.ZERO, now));
    }

    @Test
    void aLeaseInForceCountsFromThen() {
        Instant set = BEGIN.plus(LEASE).minusSeconds(1);
        await(store.handOvers().renewAll(set));
        assertThat(claim(second, set.plus(LEASE).minusSeconds(1))).isEmpty();
        assertThat(claim(second, set.plus(LEASE)))
                .extracting(DispatchTable.Claim::fence)
                .containsExactly(2L);
    }

    @Test
    void aLeaseThatItsDaemonHasGivenBackHoldsNobodyUpAgain() {
        Instant told = BEGIN.plusSeconds(4);
        TaskStatusChange end = TaskStatusChange.of(task, TaskState.RUNNING, TaskState.INTERRUPTED);
        await(store.events().statusChanged(first, end.withFence(1), told));
        await(store.handOvers().renewAll(told));
        assertThat(claim(second, told)).extracting(DispatchTable.Claim::fence).containsExactly(2L);
    }

    private static <T> T await(Future<T> future) {
        return Await.value(future, Duration.ofSeconds(30));
    }
}
