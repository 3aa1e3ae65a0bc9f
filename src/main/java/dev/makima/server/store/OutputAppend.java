package dev.makima.server.store;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.protocol.OutputRewind;
import dev.makima.protocol.StreamAck;
import dev.makima.sql.Session;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One append of pieces to streams, in its transaction. What it has to know of all their runs and streams it asks at
 * once, and what it changes it writes at once: a database beyond a network is as far away for one statement as for many.
 */
final class OutputAppend {
    private final Session session;
    private final UUID daemonId;
    private final Instant now;
    private final OutputTable.Appended result = new OutputTable.Appended(
            new ArrayList<>(), new ArrayList<>(), new HashSet<>(), new HashSet<>(), new HashSet<>());
    private final Map<Place, Tail> tails = new HashMap<>();
    private final List<@Nullable Object[]> chunks = new ArrayList<>();

    OutputAppend(Session session, UUID daemonId, Instant now) {
        this.session = session;
        this.daemonId = daemonId;
        this.now = now;
    }

    /** Pieces with the same source go to one stream, if their daemon may write to it. */
    private record Source(TaskId taskId, @Nullable RunId runId, long fence, StreamName stream) {}

    private record Place(RunId runId, StreamName stream) {}

    /** The pieces of a source, in order, and the run that they go to. */
    private record Accepted(TaskId taskId, RunId runId, StreamName stream, List<OutputTable.Piece> pieces) {
        private Place place() {
            return new Place(runId, stream);
        }
    }

    /** Appends pieces as far as they fit to the ends of their streams. */
    OutputTable.Appended run(List<OutputTable.Piece> pieces) throws SQLException {
        List<Accepted> accepted = accepted(pieces);
        List<RunId> runs = accepted.stream().map(Accepted::runId).toList();
        for (OutputTable.Stream stream : OutputTable.ofRuns(session, runs)) {
            tails.put(new Place(stream.runId(), stream.name()), new Tail(stream));
        }
        for (Accepted each : accepted) {
            append(each);
        }
        store();
        return result;
    }

    private List<Accepted> accepted(List<OutputTable.Piece> pieces) throws SQLException {
        Map<Source, List<OutputTable.Piece>> bySource = new LinkedHashMap<>();
        for (OutputTable.Piece piece : pieces) {
            Source source = new Source(piece.taskId(), piece.runId(), piece.fence(), piece.stream());
            bySource.computeIfAbsent(source, ignored -> new ArrayList<>()).add(piece);
        }
        List<RunId> named = bySource.keySet().stream()
                .map(Source::runId)
                .filter(Objects::nonNull)
                .toList();
        KnownRuns runs = new KnownRuns(session, daemonId, named, now);
        List<Accepted> accepted = new ArrayList<>();
        for (Map.Entry<Source, List<OutputTable.Piece>> each : bySource.entrySet()) {
            Source source = each.getKey();
            RunId runId = source.runId();
            if (runId == null) {
                runId = RunTable.openMadeByServer(session, daemonId, source.taskId())
                        .orElse(null);
            } else if (!runs.accept(source.taskId(), runId, source.fence())) {
                runId = null;
            }
            if (runId == null) {
                result.refused().add(source.taskId());
            } else {
                accepted.add(new Accepted(source.taskId(), runId, source.stream(), each.getValue()));
            }
        }
        return accepted;
    }

    private void append(Accepted to) throws SQLException {
        Tail tail = tails.get(to.place());
        if (tail == null) {
            tail = new Tail(OutputTable.ensure(session, to.taskId(), to.runId(), to.stream()));
            tails.put(to.place(), tail);
        }
        boolean gap = false;
        for (OutputTable.Piece piece : to.pieces()) {
            long end = tail.end();
            long offset = piece.offset() == OutputTable.AT_END ? end : piece.offset();
            ByteBuffer bytes = piece.bytes().slice();
            gap = offset > end;
            if (gap || offset + bytes.remaining() <= end) {
                continue;
            }
            tail.add(bytes.position((int) (end - offset)));
        }
        result.acks().add(new StreamAck(to.taskId(), to.runId(), to.stream(), tail.end()));
        if (gap) {
            result.rewinds().add(new OutputRewind(to.taskId(), to.runId(), to.stream(), tail.end()));
        }
    }

    private void store() throws SQLException {
        tails.values().forEach(Tail::cut);
        List<Tail> grown = tails.values().stream().filter(Tail::hasGrown).toList();
        if (grown.isEmpty()) {
            return;
        }
        session.batch("insert into output_chunk (stream_id, start_offset, bytes) values (?, ?, ?)", chunks);
        List<@Nullable Object[]> lengths = new ArrayList<>();
        for (Tail tail : grown) {
            long length = tail.end();
            lengths.add(new @Nullable Object[] {length, length, length, tail.stream.id()});
            result.streams().add(tail.stream.id());
        }
        session.batch(
                "update output_stream set length = ?, final_length = case when final_length < ? then ?"
                        + " else final_length end where id = ?",
                lengths);
        for (Tail tail : grown) {
            if (tail.stream.finalLength() != null) {
                RunTable.settle(session, tail.stream.runId(), now).ifPresent(result.changed()::add);
            }
        }
    }

    /** Where a stream ends: what is stored of it, and bytes on their way into chunks, each copied once. */
    private final class Tail {
        private final OutputTable.Stream stream;
        private final List<ByteBuffer> parts = new ArrayList<>();
        private long start;
        private int size;

        private Tail(OutputTable.Stream stream) {
            this.stream = stream;
            this.start = stream.length();
        }

        private long end() {
            return start + size;
        }

        private boolean hasGrown() {
            return end() > stream.length();
        }

        private void add(ByteBuffer part) {
            parts.add(part);
            size += part.remaining();
            if (size >= OutputTable.CHUNK_BYTES) {
                cut();
            }
        }

        /** Makes a chunk of what there is. */
        private void cut() {
            if (size == 0) {
                return;
            }
            byte[] chunk = new byte[size];
            int at = 0;
            for (ByteBuffer part : parts) {
                int count = part.remaining();
                part.get(chunk, at, count);
                at += count;
            }
            chunks.add(new @Nullable Object[] {stream.id(), start, chunk});
            start += size;
            size = 0;
            parts.clear();
        }
    }
}
