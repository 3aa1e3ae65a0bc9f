package dev.makima.server.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.protocol.Capability;
import dev.makima.server.core.Bus;
import dev.makima.server.core.News;
import dev.makima.server.store.DispatchTable;
import dev.makima.server.store.EntryTable;
import dev.makima.server.store.KeyTable;
import dev.makima.server.store.OutputTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.StoreFixtures;
import dev.makima.testkit.Await;
import dev.makima.testkit.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which output becomes entries when, with a database of its own and a clock that stands still. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class EntryWriterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    private final TestDatabase kind;
    private final Vertx vertx = Vertx.vertx();
    private final AtomicBoolean flooded = new AtomicBoolean();
    private Store store;
    private KeyTable.Holder holder;
    private UUID daemon;

    @TempDir
    private Path directory;

    EntryWriterTest(TestDatabase kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open() {
        store = await(Store.open(vertx, Store.settings(kind.withTables(directory)), NOW));
        holder = await(store.keys().firstHolder(NOW));
        daemon = await(StoreFixtures.daemon(
                store, holder, "machine", 4, List.of(Capability.LEASE, Capability.OUTPUT_STREAM), NOW));
    }

    @AfterEach
    void close() {
        await(store.close());
        await(vertx.close());
    }

    /** A task that is printing, up to where. */
    private final class Printing {
        private final TaskId task;
        private final RunId run = new RunId(UUID.randomUUID());
        private final long fence;
        private long length;

        Printing() {
            task = await(StoreFixtures.queuedTask(store, holder, NOW));
            DispatchTable.Claim claim = await(store.dispatch()
                            .claim(Set.of(daemon), Set.of(daemon), Duration.ofHours(1), Duration.ZERO, NOW))
                    .getFirst();
            fence = claim.fence();
        }

        /** Stores lines, and says which streams have grown. */
        Set<Long> print(String line, int times) {
            byte[] bytes = (line + "\n").repeat(times).getBytes(StandardCharsets.UTF_8);
            OutputTable.Appended appended = await(store.output()
                    .append(
                            daemon,
                            List.of(new OutputTable.Piece(
                                    task, run, fence, StreamName.STDOUT, length, ByteBuffer.wrap(bytes))),
                            NOW));
            length += bytes.length;
            return appended.streams();
        }

        List<EntryTable.Stored> entries() {
            return await(store.entries().after(task, 0, 10_000));
        }

        void awaitEntries(int count) {
            Await.until(PATIENCE, count + " entries", () -> entries().size() == count);
        }
    }

    private EntryWriter writer() {
        News news = new News(vertx, new Bus(vertx));
        // Time stands still, so that what gives way to a flood does so until the flood is over.
        return new EntryWriter(
                store.output(), store.entries(), news, Clock.systemUTC(), new DueStreams(flooded::get, () -> 0));
    }

    @Test
    void whatFloodsBecomesEntriesAfterWhatOthersSay() {
        Printing flood = new Printing();
        Printing calm = new Printing();
        flooded.set(true);
        Set<Long> grown = flood.print("x".repeat(1000), 1000);
        try (EntryWriter writer = writer()) {
            writer.start();
            grown.forEach(writer::wake);
            for (int i = 1; i <= 5; i++) {
                calm.print("line " + i, 1).forEach(writer::wake);
                calm.awaitEntries(i);
            }
            assertThat(flood.entries()).isEmpty();
            flooded.set(false);
            flood.awaitEntries(1000);
        }
    }

    @Test
    void everyLineBecomesOneEntryHoweverOftenAndWheneverTheWriterIsWoken() {
        Printing first = new Printing();
        Printing second = new Printing();
        int rounds = 100;
        int lines = 50;
        try (EntryWriter writer = writer()) {
            writer.start();
            for (int i = 0; i < rounds; i++) {
                first.print("one " + i + " " + "x".repeat(i * 20), lines).forEach(writer::wake);
                second.print("two " + i, 1).forEach(writer::wake);
                first.print("and", 0).forEach(writer::wake);
            }
            first.awaitEntries(rounds * lines);
            second.awaitEntries(rounds);
        }
        assertThat(first.entries().stream().map(EntryTable.Stored::seq))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, (long) rounds * lines).boxed().toList());
        for (int i = 0; i < rounds; i++) {
            assertThat(second.entries().get(i).body()).contains("\"two " + i + "\"");
        }
    }

    @Test
    void anotherWriterGoesOnAtTheMark() {
        Printing printing = new Printing();
        try (EntryWriter writer = writer()) {
            writer.start();
            printing.print("first", 1).forEach(writer::wake);
            printing.awaitEntries(1);
        }
        printing.print("second", 2);
        try (EntryWriter writer = writer()) {
            writer.start();
            printing.awaitEntries(3);
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
