package dev.makima.server.store;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.protocol.OutputRewind;
import dev.makima.protocol.StreamAck;
import dev.makima.sql.Database;
import dev.makima.sql.Row;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The output of runs, byte for byte, in chunks. What is here was committed and is never changed. Thread-safe. */
public final class OutputTable {
    /** Pieces that follow each other are kept as one chunk up to this size. */
    static final int CHUNK_BYTES = 256 * 1024;

    private static final String SELECT_STREAM =
            "select id, task_id, run_id, stream, length, parsed_to, final_length from output_stream";

    private final Database database;
    private final Reads reads;

    OutputTable(Database database, Reads reads) {
        this.database = database;
        this.reads = reads;
    }

    /**
     * Bytes of a stream.
     *
     * @param runId null for a daemon that knows no runs
     * @param fence the hand-over that it belongs to, 0 from a daemon without leases
     * @param offset where they begin, or {@link #AT_END}
     */
    public record Piece(
            TaskId taskId, @Nullable RunId runId, long fence, StreamName stream, long offset, ByteBuffer bytes) {}

    /** The offset of a piece that begins where its stream ends. */
    public static final long AT_END = -1;

    /**
     * What became of pieces.
     *
     * @param acks how long each stream is now
     * @param rewinds streams whose pieces left a gap
     * @param streams the streams that have grown
     * @param changed the tasks that have ended by it
     * @param refused tasks that the daemon may not write to
     */
    public record Appended(
            List<StreamAck> acks,
            List<OutputRewind> rewinds,
            Set<Long> streams,
            Set<TaskId> changed,
            Set<TaskId> refused) {}

    /** A stream and how far it is stored and parsed. */
    public record Stream(
            long id,
            TaskId taskId,
            RunId runId,
            StreamName name,
            long length,
            long parsedTo,
            @Nullable Long finalLength) {
        /** Whether no more output will come. */
        public boolean complete() {
            return finalLength != null && length >= finalLength;
        }
    }

    /** Bytes of a stream and where they begin. */
    public record Chunk(long offset, ByteBuffer bytes) {}

    /** A stream, and bytes of it that follow each other. */
    public record Stretch(Stream stream, List<Chunk> chunks) {}

    /** Appends what fits to the ends of the streams, in order; what is stored already is passed over. */
    public Future<Appended> append(UUID daemonId, List<Piece> pieces, Instant now) {
        return Writes.future(database.write(session -> new OutputAppend(session, daemonId, now).run(pieces)));
    }

    /** The streams that there are of runs. */
    static List<Stream> ofRuns(Session session, Collection<RunId> runs) throws SQLException {
        return session.queryEach(SELECT_STREAM + " where run_id in (:keys)", OutputTable::stream, runs);
    }

    /** The stream of a run, made where it is missing. */
    static Stream ensure(Session session, TaskId taskId, RunId runId, StreamName name) throws SQLException {
        session.update(
                "insert into output_stream (task_id, run_id, stream) values (?, ?, ?)"
                        + " on conflict (run_id, stream) do nothing",
                taskId,
                runId,
                name.wire());
        return session.one(SELECT_STREAM + " where run_id = ? and stream = ?", OutputTable::stream, runId, name.wire())
                .orElseThrow();
    }

    /** Says how long the stream will be in the end; it may be longer already. */
    static void setFinal(Session session, TaskId taskId, RunId runId, StreamName name, long length)
            throws SQLException {
        Stream stream = ensure(session, taskId, runId, name);
        session.update(
                "update output_stream set final_length = ? where id = ?",
                Math.max(length, stream.length()),
                stream.id());
    }

    /**
     * Closes the streams of tasks that have been over for a while and whose output nobody will end any more.
     *
     * @param before tasks that were over by then
     * @return the streams
     */
    public Future<List<Stream>> closeOld(Instant before) {
        return Writes.future(database.write(session -> {
            List<Stream> open = session.query(
                    SELECT_STREAM + " where (final_length is null or final_length > length) and task_id in (select t.id"
                            + " from task t where t.status in ('done', 'failed', 'interrupted')"
                            + " and t.completed_at <= ?) limit 500",
                    OutputTable::stream,
                    before);
            for (Stream stream : open) {
                session.update("update output_stream set final_length = length where id = ?", stream.id());
            }
            return open;
        }));
    }

    /** One stream. Blocks. */
    public Optional<Stream> stream(long id) {
        return database.read(session -> session.one(SELECT_STREAM + " where id = ?", OutputTable::stream, id));
    }

    /** The streams of a task. Blocks. */
    public List<Stream> streams(TaskId taskId) {
        return database.read(
                session -> session.query(SELECT_STREAM + " where task_id = ?", OutputTable::stream, taskId));
    }

    /** The streams that have output which is not parsed yet. Blocks. */
    public List<Long> unparsed() {
        return database.read(session ->
                session.query("select id from output_stream where parsed_to < length", row -> row.number("id")));
    }

    /**
     * Bytes of a stream from an offset on, as they are stored. Blocks.
     *
     * @param max how many bytes about: at least one chunk comes where there is one
     */
    public List<Chunk> read(long streamId, long offset, int max) {
        return database.read(session -> chunks(session, streamId, offset, max));
    }

    /**
     * A stream as it is, and its bytes from an offset on that may depend on that. Blocks.
     *
     * @param max how many bytes about, as for {@link #read}
     * @return empty where there is no such stream
     */
    public Optional<Stretch> stretch(long streamId, ToLongFunction<Stream> offset, int max) {
        return database.read(session -> {
            Optional<Stream> stream = session.one(SELECT_STREAM + " where id = ?", OutputTable::stream, streamId);
            if (stream.isEmpty()) {
                return Optional.empty();
            }
            long from = offset.applyAsLong(stream.get());
            List<Chunk> chunks = from < stream.get().length() ? chunks(session, streamId, from, max) : List.of();
            return Optional.of(new Stretch(stream.get(), chunks));
        });
    }

    private static List<Chunk> chunks(Session session, long streamId, long offset, int max) throws SQLException {
        return session.query(
                "select start_offset, bytes from output_chunk where stream_id = ? and start_offset >= (select"
                        + " coalesce(max(start_offset), 0) from output_chunk where stream_id = ? and start_offset <= ?)"
                        + " order by start_offset limit ?",
                row -> from(row.number("start_offset"), ByteBuffer.wrap(row.bytes("bytes")), offset),
                streamId,
                streamId,
                offset,
                Math.max(1, max / CHUNK_BYTES));
    }

    /**
     * The stream of that name of the task's latest run.
     *
     * @return its id and its length
     */
    public Future<Optional<Stream>> latest(TaskId taskId, StreamName name) {
        return reads.one(
                "select s.* from output_stream s join run r on r.id = s.run_id where s.task_id = ? and s.stream = ?"
                        + " order by r.fence desc, r.created_at desc limit 1",
                row -> new Stream(
                        Columns.number(row, "id"),
                        taskId,
                        RunId.of(Columns.text(row, "run_id")),
                        name,
                        Columns.number(row, "length"),
                        Columns.number(row, "parsed_to"),
                        Columns.numberOrNull(row, "final_length")),
                taskId.toString(),
                name.wire());
    }

    /** Whether everything that will ever come of the task's output is here and has become entries. */
    static boolean isFinished(Session session, TaskId taskId) throws SQLException {
        return session.one(
                        "select 1 as one from output_stream where task_id = ? and (final_length is null"
                                + " or length < final_length or parsed_to < length) limit 1",
                        row -> true,
                        taskId)
                .isEmpty();
    }

    private static Chunk from(long start, ByteBuffer bytes, long offset) {
        int skipped = (int) Math.max(0, Math.min(bytes.remaining(), offset - start));
        bytes.position(skipped);
        return new Chunk(start + skipped, bytes.slice());
    }

    private static Stream stream(Row row) throws SQLException {
        return new Stream(
                row.number("id"),
                TaskId.of(row.text("task_id")),
                RunId.of(row.text("run_id")),
                StreamName.of(row.text("stream")),
                row.number("length"),
                row.number("parsed_to"),
                row.numberOrNull("final_length"));
    }
}
