package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What became of the output: one row per block of a message, numbered within its task. Made from the output and from
 * nothing else, so that making them again changes nothing. Thread-safe.
 */
public final class EntryTable {
    private static final String INSERT =
            "insert into entry (task_id, seq, stream_id, start_offset, end_offset, block, at, body)"
                    + " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (stream_id, start_offset, block) do nothing";

    private final Database database;
    private final Reads reads;

    EntryTable(Database database, Reads reads) {
        this.database = database;
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
        return database.write(session -> {
            int moved = session.update(
                    "update output_stream set parsed_to = ? where id = ? and parsed_to = ?",
                    batch.to(),
                    batch.stream().id(),
                    batch.from());
            if (moved == 0) {
                return false;
            }
            insert(session, batch, now);
            for (Usage usage : batch.usages()) {
                count(session, batch.stream(), usage, now);
            }
            return true;
        });
    }

    private static void insert(Session session, Batch batch, Instant now) throws SQLException {
        TaskId taskId = batch.stream().taskId();
        List<NewEntry> entries = batch.entries();
        if (entries.isEmpty()) {
            return;
        }
        Optional<Long> last = session.one(
                "update task set last_seq = last_seq + ? where id = ? returning last_seq",
                row -> row.number("last_seq"),
                entries.size(),
                taskId);
        if (last.isEmpty()) {
            // Deleted meanwhile, with its streams.
            return;
        }
        long seq = last.get() - entries.size();
        List<@Nullable Object[]> rows = new ArrayList<>(entries.size());
        for (NewEntry entry : entries) {
            rows.add(new @Nullable Object[] {
                taskId.toString(),
                ++seq,
                batch.stream().id(),
                entry.start(),
                entry.end(),
                entry.block(),
                now.toEpochMilli(),
                entry.body()
            });
        }
        session.batch(INSERT, rows);
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

    /**
     * The agent's total counts on over results and resumed sessions: what a result adds is the difference to the last
     * one. A total below the last one is that of a new session.
     */
    private static void count(Session session, OutputTable.Stream stream, Usage usage, Instant now)
            throws SQLException {
        long added = 0;
        if (usage.totalCostMicros() != null) {
            long total = usage.totalCostMicros();
            long before = session.one(
                            "select cost_total_micros from run where id = ?",
                            row -> row.number("cost_total_micros"),
                            stream.runId())
                    .orElse(0L);
            added = total >= before ? total - before : total;
            session.update(
                    "update run set cost_micros = cost_micros + ?, cost_total_micros = ? where id = ?",
                    added,
                    total,
                    stream.runId());
        }
        session.update(
                "update task set cost_micros = coalesce(cost_micros, 0) + ?, duration_ms = coalesce(duration_ms, 0) + ?,"
                        + " turns = coalesce(turns, 0) + ?, input_tokens = coalesce(input_tokens, 0) + ?,"
                        + " output_tokens = coalesce(output_tokens, 0) + ?, version = version + 1, updated_at = ?"
                        + " where id = ?",
                added,
                orZero(usage.durationMs()),
                orZero(usage.turns()),
                orZero(usage.inputTokens()),
                orZero(usage.outputTokens()),
                now,
                stream.taskId());
        UsageTable.add(session, stream.taskId(), usage, added, now);
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
