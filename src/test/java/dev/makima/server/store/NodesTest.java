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
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose connections daemons have, where two servers use one database. */
class NodesTest {
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Instant BEGIN = Instant.ofEpochSecond(1_800_000_000);

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path directory;

    private ServerConfig.Database configured;
    private Store first;
    private KeyTable.Holder holder;

    @BeforeEach
    void open() {
        configured = TestDatabase.POSTGRESQL.withTables(directory);
        first = store(BEGIN);
        holder = await(first.keys().firstHolder(BEGIN));
    }

    @AfterEach
    void close() {
        await(first.close());
        await(vertx.close());
    }

    private Store store(Instant now) {
        return await(Store.open(vertx, Store.settings(configured), now));
    }

    private UUID connect(Store to, String machine, Instant now) {
        return await(StoreFixtures.daemon(to, holder, machine, 3, List.of(Capability.LEASE), now));
    }

    private boolean isConnected(UUID daemon) {
        return await(first.daemons().get(holder.ownerId(), daemon))
                .orElseThrow()
                .connected();
    }

    @Test
    void aServerThatStartsLeavesTheDaemonsOfAnotherConnected() {
        UUID daemon = connect(first, "m1", BEGIN);
        Store second = store(BEGIN.plusSeconds(20));
        assertThat(isConnected(daemon)).isTrue();
        await(second.close());
    }

    @Test
    void aServerThatStartsRenewsTheLeasesOfThoseThatNobodyServesAndOfNoOthers() {
        TaskId served = leasedTask(connect(first, "m1", BEGIN), first);
        UUID left = connect(first, "m2", BEGIN);
        TaskId unserved = leasedTask(left, first);
        await(first.daemons().disconnected(left, BEGIN));
        Store second = store(BEGIN.plusSeconds(20));
        assertThat(expired(BEGIN.plus(LEASE))).containsExactly(served);
        assertThat(expired(BEGIN.plusSeconds(20).plus(LEASE))).containsExactly(unserved);
        await(second.close());
    }

    @Test
    void whoMayHaveAnOlderTaskIsWaitedForByEveryServerThatStartsUntilItIsBackAtAnyOfThem() {
        UUID away = connect(first, "m1", BEGIN);
        TaskId task = queuedTask(first);
        await(first.close());
        Instant start = BEGIN.plusSeconds(60);
        first = store(start);
        Store second = store(start.plusSeconds(1));
        UUID other = connect(second, "m2", start);
        assertThat(claim(second, other, start.plusSeconds(2))).isEmpty();
        connect(first, "m1", start.plusSeconds(2));
        assertThat(claim(second, other, start.plusSeconds(3)))
                .as("it has not said yet what it has")
                .isEmpty();
        await(first.daemons().seen(away, start.plusSeconds(3)));
        assertThat(claim(second, other, start.plusSeconds(4))).containsExactly(task);
        await(second.close());
    }

    @Test
    void whoseServerHasSaidNothingSinceIsWaitedForByEveryServerThatStartedUntilItIsBackAtAnyOfThem() {
        Store killed = store(BEGIN);
        UUID away = connect(killed, "m1", BEGIN);
        TaskId task = queuedTask(first);
        await(first.close());
        first = store(BEGIN.plusSeconds(15));
        Store second = store(BEGIN.plusSeconds(20));
        UUID other = connect(first, "m2", BEGIN.plusSeconds(21));
        UUID another = connect(second, "m3", BEGIN.plusSeconds(21));
        await(first.daemons().seen(other, BEGIN.plusSeconds(22)));
        Instant known = BEGIN.plusSeconds(31);
        await(second.nodes().live(known));
        await(first.nodes().live(known));
        assertThat(isConnected(away)).isFalse();
        assertThat(claim(first, other, known)).isEmpty();
        assertThat(claim(second, another, known)).isEmpty();
        connect(second, "m1", known.plusSeconds(1));
        await(second.daemons().seen(away, known.plusSeconds(1)));
        await(second.daemons().seen(another, known.plusSeconds(1)));
        assertThat(claim(first, other, known.plusSeconds(2))).containsExactly(task);
        await(second.close());
        await(killed.close());
    }

    @Test
    void aServerThatStartsWaitsForTheDaemonsOfAnotherOnlyUntilThatOneSpeaks() {
        connect(first, "m1", BEGIN);
        TaskId task = queuedTask(first);
        Store second = store(BEGIN.plusSeconds(5));
        UUID other = connect(second, "m2", BEGIN.plusSeconds(6));
        assertThat(claim(second, other, BEGIN.plusSeconds(7))).isEmpty();
        await(first.nodes().live(BEGIN.plusSeconds(10)));
        assertThat(claim(second, other, BEGIN.plusSeconds(11))).containsExactly(task);
        await(second.close());
    }

    private TaskId leasedTask(UUID daemon, Store its) {
        queuedTask(its);
        return claim(its, daemon, BEGIN).getFirst();
    }

    private TaskId queuedTask(Store its) {
        return await(StoreFixtures.queuedTask(its, holder, BEGIN));
    }

    private List<TaskId> claim(Store its, UUID daemon, Instant now) {
        return await(its.dispatch().claim(Set.of(daemon), Set.of(daemon), LEASE, Duration.ZERO, now)).stream()
                .map(DispatchTable.Claim::taskId)
                .toList();
    }

    private List<TaskId> expired(Instant now) {
        return await(first.handOvers().expire(LEASE, Duration.ZERO, 0, now));
    }

    @Test
    void theDaemonsOfAServerThatIsSilentCountAsDisconnectedUntilItSpeaks() {
        UUID daemon = connect(first, "m1", BEGIN);
        Store second = store(BEGIN);
        UUID another = connect(second, "m2", BEGIN);
        Instant later = BEGIN.plus(NodeTable.SILENT).plusSeconds(1);
        await(second.nodes().live(later));
        assertThat(isConnected(daemon)).isFalse();
        assertThat(isConnected(another)).isTrue();
        // It only stood still.
        await(first.nodes().live(later));
        await(first.daemons().seen(daemon, later));
        await(second.nodes().live(later.plus(Duration.ofSeconds(10))));
        assertThat(isConnected(daemon)).isTrue();
        await(second.close());
    }

    @Test
    void theDaemonsOfAServerThatHasEndedCountAsDisconnectedSoon() {
        Store second = store(BEGIN);
        UUID daemon = connect(second, "m2", BEGIN);
        await(second.close());
        await(first.nodes().live(BEGIN.plusSeconds(10)));
        assertThat(isConnected(daemon)).isFalse();
    }

    @Test
    void aLateEndOfAnEarlierConnectionDoesNotEndOneAtAnotherServer() {
        UUID daemon = connect(first, "m1", BEGIN);
        Store second = store(BEGIN);
        assertThat(connect(second, "m1", BEGIN)).isEqualTo(daemon);
        await(first.daemons().disconnected(daemon, BEGIN));
        assertThat(isConnected(daemon)).isTrue();
        await(second.daemons().disconnected(daemon, BEGIN));
        assertThat(isConnected(daemon)).isFalse();
        await(second.close());
    }

    private static <T> T await(Future<T> future) {
        return Await.value(future, Duration.ofSeconds(30));
    }
}
