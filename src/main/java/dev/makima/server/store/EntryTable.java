package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.sql.Database;
import dev.makima.sql.JointWrites;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What became of the output: one row per block of a message, numbered within its task. Made from the output and from
 * nothing else, so that making them again changes nothing. Thread-safe.
 */
public final class EntryTable {
    private final JointWrites<EntryAppend.Item, Boolean> appends;
    private final Reads reads;

    EntryTable(Database database, Reads reads) {
        // Each holds only where its stream's mark is where it was, so that nothing else that waits matters to it.
        this.appends = new JointWrites<>(database, EntryAppend::run);
        this.reads = reads;
    }

    /**
     * An entry to be kept.
     *
     * @param start where its line begins in the stream
     * @param end where its line ends
     * @param block which block of the line it is, from 0
     * @param body JSON
     */
    public record NewEntry(long start, long end, int block, String body) {}

    /**
     * What a result of the agent says of its cost.
     *
     * @param totalCostMicros the total of the agent's session so far, in millionths of a dollar
     */
    public record Usage(
            @Nullable Long totalCostMicros,
            @Nullable Long durationMs,
            @Nullable Long turns,
            @Nullable Long inputTokens,
            @Nullable Long outputTokens) {}

    /** Entries of a stretch of one stream. */
    public record Batch(OutputTable.Stream stream, long from, long to, List<NewEntry> entries, List<Usage> usages) {}

    /**
     * An entry as it is kept.
     *
     * @param streamId null where it stands for no output
     */
    public record Stored(
            long seq, Instant at, String body, @Nullable Long streamId, long start, long end, int block) {}

    /**
     * Keeps the entries of a stretch and moves the stream's mark behind it, in one transaction. A stretch that was kept
     * already changes nothing.
     *
     * @return completes, on the writer's thread, with whether it was kept now
     */
    public CompletableFuture<Boolean> add(Batch batch, Instant now) {
        return appends.add(new EntryAppend.Item(batch, now));
    }

    /** Adds an entry that stands for no output, such as a checkpoint. */
    static void own(Session session, TaskId taskId, String body, Instant now) throws SQLException {
        session.update(
                "insert into entry (task_id, seq, at, body) select id, last_seq + 1, ?, ? from task where id = ?",
                now,
                body,
                taskId);
        session.update("update task set last_seq = last_seq + 1 where id = ?", taskId);
    }

    /** Entries after a number, in order. */
    public Future<List<Stored>> after(TaskId taskId, long seq, int limit) {
        return reads.query(
                "select * from entry where task_id = ? and seq > ? order by seq limit ?",
                EntryTable::stored,
                taskId.toString(),
                seq,
                limit);
    }

    /** One entry. */
    public Future<Optional<Stored>> get(TaskId taskId, long seq) {
        return reads.one(
                "select * from entry where task_id = ? and seq = ?", EntryTable::stored, taskId.toString(), seq);
    }

    static long orZero(@Nullable Long value) {
        return value == null ? 0 : value;
    }

    private static Stored stored(io.vertx.sqlclient.Row row) {
        return new Stored(
                Columns.number(row, "seq"),
                Columns.instant(row, "at"),
                Columns.text(row, "body"),
                Columns.numberOrNull(row, "stream_id"),
                Columns.number(row, "start_offset"),
                Columns.number(row, "end_offset"),
                (int) Columns.number(row, "block"));
    }
}
