package dev.makima.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.config.ServerConfig;
import dev.makima.protocol.Capability;
import dev.makima.testkit.Await;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that is killed, and started again before it is noticed that it was: whatever its database. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class RestartTest {
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Instant BEGIN = Instant.ofEpochSecond(1_800_000_000);
    private static final Instant AGAIN = BEGIN.plusSeconds(20);
    private static final Instant NOTICED = BEGIN.plus(NodeTable.SILENT).plusSeconds(5);

    private final Vertx vertx = Vertx.vertx();
    private final TestDatabase kind;

    @TempDir
    private Path directory;

    private ServerConfig.Database configured;
    private Store killed;
    private Store store;
    private KeyTable.Holder holder;

    RestartTest(TestDatabase kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open() {
        configured = kind.fresh(directory);
        killed = await(Store.open(vertx, Store.settings(configured), BEGIN));
        store = killed;
        holder = await(store.keys().firstHolder(BEGIN));
    }

    @AfterEach
    void close() {
        await(store.close());
        if (kind == TestDatabase.POSTGRESQL) {
            await(killed.close());
        }
        await(vertx.close());
    }

    /** Only on a server's database an end in order leaves something behind that a kill does not. */
    private void killAndStart() {
        if (kind == TestDatabase.SQLITE) {
            await(killed.close());
        }
        store = await(Store.open(vertx, Store.settings(configured), AGAIN));
    }

    private UUID connect(String machine, Instant now) {
        return await(StoreFixtures.daemon(store, holder, machine, 3, List.of(Capability.LEASE), now));
    }

    private TaskId queued() {
        return queued(BEGIN);
    }

    private TaskId queued(Instant now) {
        return await(StoreFixtures.queuedTask(store, holder, now));
    }

    private List<TaskId> claim(UUID ready, Instant now, UUID... alsoHeard) {
        Set<UUID> heard = new HashSet<>(List.of(alsoHeard));
        heard.add(ready);
        return await(store.dispatch().claim(Set.of(ready), heard, LEASE, Duration.ZERO, now)).stream()
                .map(DispatchTable.Claim::taskId)
                .toList();
    }

    @Test
    void olderTasksWaitUntilItsDaemonsAreBack() {
        UUID away = connect("m1", BEGIN);
        TaskId task = queued();
        killAndStart();
        UUID other = connect("m2", AGAIN.plusSeconds(1));
        assertThat(claim(other, AGAIN.plusSeconds(1))).isEmpty();
        assertThat(await(store.dispatch().awaited())).containsExactly("m1");
        await(store.nodes().live(NOTICED));
        assertThat(claim(other, NOTICED)).isEmpty();
        assertThat(await(store.dispatch().awaited())).containsExactly("m1");
        assertThat(connect("m1", NOTICED)).isEqualTo(away);
        assertThat(claim(other, NOTICED)).as("it has not said what it has").isEmpty();
        assertThat(claim(other, NOTICED, away)).containsExactly(task);
    }

    @Test
    void olderTasksWaitNoLongerThanThat() {
        connect("m1", BEGIN);
        TaskId task = queued();
        killAndStart();
        UUID other = connect("m2", AGAIN.plusSeconds(1));
        await(store.nodes().live(NOTICED));
        Instant over = AGAIN.plus(DispatchTable.patience(LEASE, Duration.ZERO));
        assertThat(claim(other, over.minusMillis(1))).isEmpty();
        assertThat(claim(other, over)).containsExactly(task);
    }

    @Test
    void itsLeasesCountFromItsStart() {
        UUID away = connect("m1", BEGIN);
        TaskId task = queued();
        assertThat(claim(away, BEGIN)).containsExactly(task);
        killAndStart();
        await(store.nodes().live(NOTICED));
        assertThat(expired(AGAIN.plus(LEASE).minusMillis(1))).isEmpty();
        assertThat(expired(AGAIN.plus(LEASE))).containsExactly(task);
    }

    @Test
    void aLeaseThatItHasGivenItselfMeanwhileCountsFromThen() {
        connect("m1", BEGIN);
        killAndStart();
        Instant later = AGAIN.plusSeconds(5);
        UUID other = connect("m2", later);
        TaskId task = queued(later);
        assertThat(claim(other, later)).containsExactly(task);
        await(store.nodes().live(NOTICED));
        assertThat(expired(later.plus(LEASE).minusMillis(1))).isEmpty();
        assertThat(expired(later.plus(LEASE))).containsExactly(task);
    }

    private List<TaskId> expired(Instant now) {
        return await(store.handOvers().expire(LEASE, Duration.ZERO, 0, now));
    }

    private static <T> T await(Future<T> future) {
        return Await.value(future, Duration.ofSeconds(30));
    }
}
