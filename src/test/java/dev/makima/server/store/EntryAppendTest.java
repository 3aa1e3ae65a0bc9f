package dev.makima.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.protocol.Capability;
import dev.makima.sql.Database;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The entries of stretches of several streams that are kept together. */
class EntryAppendTest extends TableBench {
    private static final int LENGTH = 100;

    private UUID daemon;

    @BeforeEach
    void connect() {
        daemon = await(
                StoreFixtures.daemon(store, holder, "m1", 9, List.of(Capability.LEASE, Capability.OUTPUT_STREAM), NOW));
    }

    /** A task that has said something on both streams, in the order of their names. */
    private List<OutputTable.Stream> printing() {
        TaskId task = await(StoreFixtures.queuedTask(store, holder, NOW));
        assertThat(await(store.dispatch()
                        .claim(Set.of(daemon), Set.of(daemon), Duration.ofMinutes(1), Duration.ZERO, NOW)))
                .hasSize(1);
        RunId run = new RunId(UUID.randomUUID());
        List<OutputTable.Piece> pieces = new ArrayList<>();
        for (StreamName stream : List.of(StreamName.STDOUT, StreamName.STDERR)) {
            pieces.add(new OutputTable.Piece(task, run, 1, stream, 0, ByteBuffer.allocate(LENGTH)));
        }
        await(store.output().append(daemon, pieces, NOW));
        return store.output().streams(task).stream()
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .toList();
    }

    private static EntryAppend.Item stretch(OutputTable.Stream stream, long from, long to, String... bodies) {
        List<EntryTable.NewEntry> entries = new ArrayList<>();
        for (String body : bodies) {
            entries.add(new EntryTable.NewEntry(from, to, entries.size(), body));
        }
        return new EntryAppend.Item(new EntryTable.Batch(stream, from, to, entries, List.of()), NOW);
    }

    private static List<Boolean> append(Database database, EntryAppend.Item... items) {
        return database.write(session -> EntryAppend.run(session, List.of(items)))
                .join();
    }

    private static List<String> entries(Database database, TaskId task) {
        return database.read(session -> session.query(
                "select seq, body from entry where task_id = ? order by seq",
                row -> row.number("seq") + " " + row.text("body"),
                task));
    }

    @Test
    void stretchesOfOneTaskGetNumbersThatFollowEachOtherBesideThoseOfOthers() {
        List<OutputTable.Stream> one = printing();
        List<OutputTable.Stream> other = printing();
        try (Database database = bare()) {
            assertThat(append(
                            database,
                            stretch(one.getFirst(), 0, 10, "a", "b"),
                            stretch(other.getFirst(), 0, 10, "x"),
                            stretch(one.getLast(), 0, 20, "c"),
                            stretch(other.getLast(), 0, 5),
                            stretch(one.getFirst(), 10, 20, "d", "e")))
                    .containsExactly(true, true, true, true, true);
            assertThat(append(database, stretch(other.getLast(), 5, 9, "y"), stretch(one.getLast(), 20, 30, "f")))
                    .containsExactly(true, true);
            assertThat(entries(database, one.getFirst().taskId()))
                    .containsExactly("1 a", "2 b", "3 c", "4 d", "5 e", "6 f");
            assertThat(entries(database, other.getFirst().taskId())).containsExactly("1 x", "2 y");
        }
    }

    @Test
    void aStretchThatIsKeptAlreadyTakesNoNumbers() {
        List<OutputTable.Stream> streams = printing();
        TaskId task = streams.getFirst().taskId();
        try (Database database = bare()) {
            assertThat(append(database, stretch(streams.getFirst(), 0, 10, "a")))
                    .containsExactly(true);
            assertThat(append(
                            database,
                            stretch(streams.getFirst(), 0, 20, "again", "again"),
                            stretch(streams.getLast(), 0, 10, "b"),
                            stretch(streams.getLast(), 0, 20, "twice at once"),
                            stretch(streams.getFirst(), 10, 20, "c")))
                    .containsExactly(false, true, false, true);
            assertThat(entries(database, task)).containsExactly("1 a", "2 b", "3 c");
            List<Long> marks = database.read(session -> session.query(
                    "select parsed_to from output_stream where task_id = ? order by stream desc",
                    row -> row.number("parsed_to"),
                    task));
            assertThat(marks).containsExactly(20L, 10L);
        }
    }

    @Test
    void whatIsOfADeletedTaskIsPassedOverAndTheOthersAreKept() {
        List<OutputTable.Stream> gone = printing();
        List<OutputTable.Stream> there = printing();
        TaskId task = gone.getFirst().taskId();
        await(store.tasks().stop(holder.ownerId(), task, NOW));
        await(store.daemons().disconnected(daemon, NOW));
        await(store.tasks().stop(holder.ownerId(), task, NOW));
        await(store.tasks().delete(holder.ownerId(), task, NOW));
        try (Database database = bare()) {
            assertThat(append(
                            database,
                            stretch(gone.getFirst(), 0, 10, "a"),
                            stretch(there.getFirst(), 0, 10, "x"),
                            stretch(gone.getLast(), 0, 10, "b")))
                    .containsExactly(false, true, false);
            assertThat(entries(database, task)).isEmpty();
            assertThat(entries(database, there.getFirst().taskId())).containsExactly("1 x");
        }
    }
}
