package dev.makima.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.TaskId;
import dev.makima.testkit.Await;
import dev.makima.testkit.Checkpoints;
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
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What is kept although it is old. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class TrimTableTest {
    private static final Instant BEGIN = Instant.ofEpochSecond(1_800_000_000);

    private final TestDatabase kind;
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path directory;

    private Store store;

    TrimTableTest(TestDatabase kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open() {
        store = await(Store.open(vertx, Store.settings(kind.withTables(directory)), BEGIN));
    }

    @AfterEach
    void close() {
        await(store.close());
        await(vertx.close());
    }

    @Test
    void thePatchThatATaskWouldTakeAlongStaysThoughTheClockWasSetBackSince() {
        KeyTable.Holder holder = await(store.keys().firstHolder(BEGIN));
        UUID daemon = await(StoreFixtures.daemon(store, holder, "m1", 1, List.of(), BEGIN));
        TaskId task = await(StoreFixtures.queuedTask(store, holder, BEGIN));
        claim(daemon);
        await(store.notes().checkpoint(daemon, Checkpoints.withPatch(task, "first"), BEGIN));
        await(store.dispatch().putBack(task, 1, Duration.ZERO, BEGIN));
        claim(daemon);
        await(store.notes().checkpoint(daemon, Checkpoints.withPatch(task, "second"), BEGIN.minusSeconds(60)));

        await(store.trim().patches(BEGIN.plusSeconds(1)));

        assertThat(await(store.checkpoints().list(task, null, 10)))
                .filteredOn(CheckpointTable.Checkpoint::hasPatch)
                .extracting(CheckpointTable.Checkpoint::message)
                .containsExactly("second");
    }

    private void claim(UUID daemon) {
        assertThat(await(store.dispatch()
                        .claim(Set.of(daemon), Set.of(daemon), Duration.ofMinutes(1), Duration.ZERO, BEGIN)))
                .hasSize(1);
    }

    private static <T> T await(Future<T> future) {
        return Await.value(future, Duration.ofSeconds(30));
    }
}
