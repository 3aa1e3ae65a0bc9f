package dev.makima.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.protocol.Capability;
import dev.makima.protocol.OutputRewind;
import dev.makima.protocol.StreamAck;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskComplete;
import dev.makima.protocol.TaskState;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pieces of several streams, runs and hand-overs that are appended together. */
class OutputAppendTest extends TableBench {
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Instant OVER = NOW.plus(LEASE);

    private final RunId run = new RunId(UUID.randomUUID());
    private UUID daemon;
    private TaskId task;

    @BeforeEach
    void handOver() {
        daemon = connected("m1");
        task = claimed(NOW);
    }

    private UUID connected(String machine) {
        return await(StoreFixtures.daemon(
                store, holder, machine, 9, List.of(Capability.LEASE, Capability.OUTPUT_STREAM), NOW));
    }

    private TaskId claimed(Instant now) {
        TaskId added = await(StoreFixtures.queuedTask(store, holder, now));
        assertThat(claim(now)).containsExactly(added);
        return added;
    }

    private List<TaskId> claim(Instant now) {
        return await(store.dispatch().claim(Set.of(daemon), Set.of(daemon), LEASE, Duration.ZERO, now)).stream()
                .map(DispatchTable.Claim::taskId)
                .toList();
    }

    private OutputTable.Piece piece(long fence, StreamName stream, long offset, String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        return new OutputTable.Piece(task, run, fence, stream, offset, bytes);
    }

    private OutputTable.Appended append(OutputTable.Piece... pieces) {
        return await(store.output().append(daemon, List.of(pieces), OVER));
    }

    private String text(StreamName name) {
        OutputTable.Stream stream = store.output().streams(task).stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        StringBuilder text = new StringBuilder();
        long end = 0;
        for (OutputTable.Chunk chunk : store.output().read(stream.id(), 0, 100 * OutputTable.CHUNK_BYTES)) {
            assertThat(chunk.offset()).isEqualTo(end);
            end += chunk.bytes().remaining();
            text.append(StandardCharsets.UTF_8.decode(chunk.bytes()));
        }
        assertThat(stream.length()).isEqualTo(end);
        return text.toString();
    }

    private TaskState state() {
        return await(store.tasks().get(task)).orElseThrow().status();
    }

    private StreamAck ack(StreamName stream, long length) {
        return new StreamAck(task, run, stream, length);
    }

    /** By the first hand-over "one" came; its lease is over then, and the same daemon has the task by a second one. */
    private void handItOverAgain() {
        append(piece(1, StreamName.STDOUT, 0, "one\n"));
        assertThat(await(store.handOvers().expire(LEASE, Duration.ZERO, 3, OVER)))
                .containsExactly(task);
        assertThat(claim(OVER)).containsExactly(task);
    }

    @Test
    void whatSeveralHandOversSayOfOneStreamIsOneStream() {
        handItOverAgain();
        append(piece(2, StreamName.STDOUT, 4, "two\n"));
        OutputTable.Appended appended = append(
                piece(1, StreamName.STDOUT, 8, "three\n"),
                piece(1, StreamName.STDERR, 0, "e1\n"),
                piece(2, StreamName.STDOUT, 14, "four\n"),
                piece(2, StreamName.STDERR, 3, "e2\n"));
        assertThat(appended.acks())
                .containsExactly(
                        ack(StreamName.STDOUT, 14),
                        ack(StreamName.STDERR, 3),
                        ack(StreamName.STDOUT, 19),
                        ack(StreamName.STDERR, 6));
        assertThat(appended.rewinds()).isEmpty();
        assertThat(appended.streams()).hasSize(2);
        assertThat(text(StreamName.STDOUT)).isEqualTo("one\ntwo\nthree\nfour\n");
        assertThat(text(StreamName.STDERR)).isEqualTo("e1\ne2\n");
    }

    @Test
    void aRunThatGoesOnByALaterHandOverIsItAlsoForWhatIsSaidByTheFirst() {
        handItOverAgain();
        OutputTable.Appended refused = append(piece(1, StreamName.STDOUT, 4, "lost\n"));
        assertThat(refused.refused()).as("before it is").containsExactly(task);
        OutputTable.Appended appended =
                append(piece(2, StreamName.STDOUT, 4, "two\n"), piece(1, StreamName.STDOUT, 8, "three\n"));
        assertThat(appended.refused()).isEmpty();
        assertThat(appended.changed()).isEmpty();
        assertThat(text(StreamName.STDOUT)).isEqualTo("one\ntwo\nthree\n");
        assertThat(store.output().streams(task)).as("closed while it was lost").noneMatch(OutputTable.Stream::complete);
    }

    @Test
    void aGapIsAnsweredByWhereToGoOnAndNothingBehindItIsKept() {
        OutputTable.Appended appended = append(
                piece(1, StreamName.STDOUT, 0, "abcd"),
                piece(1, StreamName.STDOUT, 2, "cdef"),
                piece(1, StreamName.STDOUT, 9, "lost"),
                piece(1, StreamName.STDERR, 0, "whole"));
        assertThat(appended.acks()).containsExactly(ack(StreamName.STDOUT, 6), ack(StreamName.STDERR, 5));
        assertThat(appended.rewinds()).containsExactly(new OutputRewind(task, run, StreamName.STDOUT, 6));
        assertThat(append(piece(1, StreamName.STDOUT, 6, "gh"), piece(1, StreamName.STDOUT, 8, "i"))
                        .rewinds())
                .isEmpty();
        assertThat(text(StreamName.STDOUT)).isEqualTo("abcdefghi");
        assertThat(text(StreamName.STDERR)).isEqualTo("whole");
    }

    @Test
    void theRunEndsOnceEachOfItsStreamsIsAsLongAsItIsToBe() {
        append(piece(1, StreamName.STDOUT, 0, "o"), piece(1, StreamName.STDERR, 0, "e"));
        TaskComplete end = TaskComplete.success(task)
                .withRun(run, new StreamLengths(3, 3, 0))
                .withFence(1);
        await(store.events().completed(daemon, end, OVER));
        assertThat(append(piece(1, StreamName.STDOUT, 1, "u"), piece(1, StreamName.STDERR, 1, "rr"))
                        .changed())
                .isEmpty();
        assertThat(state()).isEqualTo(TaskState.STARTING);
        assertThat(append(piece(1, StreamName.STDOUT, 2, "t")).changed()).containsExactly(task);
        assertThat(state()).isEqualTo(TaskState.DONE);
    }

    @Test
    void whatIsLongerThanAChunkIsKeptWholeOfEachStream() {
        OutputTable.Piece[] pieces = new OutputTable.Piece[20];
        StringBuilder[] whole = {new StringBuilder(), new StringBuilder()};
        for (int i = 0; i < pieces.length; i++) {
            StringBuilder of = whole[i % 2];
            String text = (i + ".").repeat(20_000);
            pieces[i] = piece(1, i % 2 == 0 ? StreamName.STDOUT : StreamName.STDERR, of.length(), text);
            of.append(text);
        }
        assertThat(append(pieces).acks())
                .containsExactly(ack(StreamName.STDOUT, whole[0].length()), ack(StreamName.STDERR, whole[1].length()));
        assertThat(text(StreamName.STDOUT).contentEquals(whole[0])).isTrue();
        assertThat(text(StreamName.STDERR).contentEquals(whole[1])).isTrue();
        OutputTable.Stream stream = store.output().streams(task).getFirst();
        assertThat(store.output().read(stream.id(), 0, 100 * OutputTable.CHUNK_BYTES))
                .hasSize(2)
                .allMatch(chunk -> chunk.bytes().remaining() < 2 * OutputTable.CHUNK_BYTES);
    }

    @Test
    void ofARunOfAnotherDaemonOrTaskNothingIsTaken() {
        append(piece(1, StreamName.STDOUT, 0, "one\n"));
        UUID stranger = connected("m2");
        OutputTable.Piece own = piece(1, StreamName.STDOUT, 4, "two\n");
        for (long fence : new long[] {0, 1, 2}) {
            OutputTable.Appended appended = await(
                    store.output().append(stranger, List.of(piece(fence, StreamName.STDOUT, 4, "not mine\n")), OVER));
            assertThat(appended.refused()).containsExactly(task);
            assertThat(appended.acks()).isEmpty();
        }
        TaskId other = claimed(NOW);
        OutputTable.Appended appended = append(
                new OutputTable.Piece(other, run, 1, StreamName.STDOUT, 4, ByteBuffer.wrap(new byte[] {'x'})), own);
        assertThat(appended.refused()).containsExactly(other);
        assertThat(text(StreamName.STDOUT)).isEqualTo("one\ntwo\n");
        assertThat(store.output().streams(other)).isEmpty();
    }
}
