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
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One append of pieces to streams, in its transaction. */
final class OutputAppend {
    private final Session session;
    private final UUID daemonId;
    private final OutputTable.Appended result;
    private final Instant now;

    OutputAppend(Session session, UUID daemonId, OutputTable.Appended result, Instant now) {
        this.session = session;
        this.daemonId = daemonId;
        this.result = result;
        this.now = now;
    }

    private record Group(TaskId taskId, @Nullable RunId runId, long fence, StreamName stream) {}

    /** The pieces of each stream, in order. */
    static Collection<List<OutputTable.Piece>> byStream(List<OutputTable.Piece> pieces) {
        Map<Group, List<OutputTable.Piece>> groups = new LinkedHashMap<>();
        for (OutputTable.Piece piece : pieces) {
            Group group = new Group(piece.taskId(), piece.runId(), piece.fence(), piece.stream());
            groups.computeIfAbsent(group, ignored -> new ArrayList<>()).add(piece);
        }
        return groups.values();
    }

    /** Appends pieces of one stream as far as they fit to its end. */
    void group(List<OutputTable.Piece> pieces) throws SQLException {
        OutputTable.Piece first = pieces.getFirst();
        TaskId taskId = first.taskId();
        RunId runId = first.runId();
        if (runId == null) {
            runId = RunTable.openMadeByServer(session, daemonId, taskId).orElse(null);
        } else if (!RunTable.accept(session, daemonId, taskId, runId, first.fence(), now)) {
            runId = null;
        }
        if (runId == null) {
            result.refused().add(taskId);
            return;
        }
        OutputTable.Stream stream = OutputTable.ensure(session, taskId, runId, first.stream());
        Gathered gathered = new Gathered(stream.id(), stream.length());
        boolean gap = false;
        for (OutputTable.Piece piece : pieces) {
            long end = gathered.end();
            long offset = piece.offset() == OutputTable.AT_END ? end : piece.offset();
            ByteBuffer bytes = piece.bytes().slice();
            gap = offset > end;
            if (gap || offset + bytes.remaining() <= end) {
                continue;
            }
            gathered.add(bytes.position((int) (end - offset)));
        }
        long length = gathered.store();
        if (length > stream.length()) {
            session.update(
                    "update output_stream set length = ?, final_length = case when final_length < ? then ?"
                            + " else final_length end where id = ?",
                    length,
                    length,
                    length,
                    stream.id());
            result.streams().add(stream.id());
            if (stream.finalLength() != null) {
                RunTable.settle(session, runId, now).ifPresent(result.changed()::add);
            }
        }
        result.acks().add(new StreamAck(taskId, runId, first.stream(), length));
        if (gap) {
            result.rewinds().add(new OutputRewind(taskId, runId, first.stream(), length));
        }
    }

    /** Bytes on their way into chunks, each copied once. */
    private final class Gathered {
        private final long streamId;
        private final List<ByteBuffer> parts = new ArrayList<>();
        private long stored;
        private int size;

        private Gathered(long streamId, long stored) {
            this.streamId = streamId;
            this.stored = stored;
        }

        private long end() {
            return stored + size;
        }

        private void add(ByteBuffer part) throws SQLException {
            parts.add(part);
            size += part.remaining();
            if (size >= OutputTable.CHUNK_BYTES) {
                store();
            }
        }

        /** Stores what there is; gives the stream's length then. */
        private long store() throws SQLException {
            if (size > 0) {
                byte[] chunk = new byte[size];
                int at = 0;
                for (ByteBuffer part : parts) {
                    int count = part.remaining();
                    part.get(chunk, at, count);
                    at += count;
                }
                session.update(
                        "insert into output_chunk (stream_id, start_offset, bytes) values (?, ?, ?)",
                        streamId,
                        stored,
                        chunk);
                stored += size;
                size = 0;
                parts.clear();
            }
            return stored;
        }
    }
}
