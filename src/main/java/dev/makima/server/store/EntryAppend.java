package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.sql.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps the entries of stretches of several streams, in one transaction and in few statements. */
final class EntryAppend {
    private EntryAppend() {}

    /** The entries of a stretch, and when they came. */
    record Item(EntryTable.Batch batch, Instant at) {
        private TaskId taskId() {
            return batch.stream().taskId();
        }
    }

    /** Keeps the entries of those whose stream's mark is where the stretch begins, and says which these were. */
    static List<Boolean> run(Session session, List<Item> items) throws SQLException {
        List<Boolean> moved = moveMarks(session, items);
        List<Item> kept = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            if (moved.get(i)) {
                kept.add(items.get(i));
            }
        }
        insert(session, kept);
        for (Item item : kept) {
            for (EntryTable.Usage usage : item.batch().usages()) {
                count(session, item.batch().stream(), usage, item.at());
            }
        }
        return moved;
    }

    private static List<Boolean> moveMarks(Session session, List<Item> items) throws SQLException {
        List<@Nullable Object[]> marks = new ArrayList<>();
        for (Item item : items) {
            EntryTable.Batch batch = item.batch();
            marks.add(new @Nullable Object[] {batch.to(), batch.stream().id(), batch.from()});
        }
        List<Boolean> moved = new ArrayList<>();
        for (int changed :
                session.batch("update output_stream set parsed_to = ? where id = ? and parsed_to = ?", marks)) {
            moved.add(changed > 0);
        }
        return moved;
    }

    private static void insert(Session session, List<Item> items) throws SQLException {
        Map<TaskId, Long> next = takeNumbers(session, items);
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Item item : items) {
            Long seq = next.get(item.taskId());
            if (seq == null) {
                // Deleted meanwhile, with its streams; or nothing is to be kept.
                continue;
            }
            for (EntryTable.NewEntry entry : item.batch().entries()) {
                rows.add(new @Nullable Object[] {
                    item.taskId(),
                    seq++,
                    item.batch().stream().id(),
                    entry.start(),
                    entry.end(),
                    entry.block(),
                    item.at(),
                    entry.body()
                });
            }
            next.put(item.taskId(), seq);
        }
        if (!rows.isEmpty()) {
            session.batch(
                    "insert into entry (task_id, seq, stream_id, start_offset, end_offset, block, at, body)"
                            + " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (stream_id, start_offset, block) do nothing",
                    rows);
        }
    }

    /** Sets as many numbers of each task aside as it gets entries, and says which is the first. */
    private static Map<TaskId, Long> takeNumbers(Session session, List<Item> items) throws SQLException {
        Map<TaskId, Long> wanted = new LinkedHashMap<>();
        for (Item item : items) {
            if (!item.batch().entries().isEmpty()) {
                wanted.merge(item.taskId(), (long) item.batch().entries().size(), Long::sum);
            }
        }
        List<@Nullable Object[]> counts = new ArrayList<>();
        wanted.forEach((taskId, count) -> counts.add(new @Nullable Object[] {count, taskId}));
        session.batch("update task set last_seq = last_seq + ? where id = ?", counts);
        Map<TaskId, Long> first = new HashMap<>();
        record Last(TaskId taskId, long seq) {}
        for (Last last : session.queryEach(
                "select id, last_seq from task where id in (:keys)",
                row -> new Last(TaskId.of(row.text("id")), row.number("last_seq")),
                wanted.keySet())) {
            first.put(last.taskId(), last.seq() - wanted.getOrDefault(last.taskId(), 0L) + 1);
        }
        return first;
    }

    /**
     * The agent's total counts on over results and resumed sessions: what a result adds is the difference to the last
     * one. A total below the last one is that of a new session.
     */
    private static void count(Session session, OutputTable.Stream stream, EntryTable.Usage usage, Instant now)
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
                EntryTable.orZero(usage.durationMs()),
                EntryTable.orZero(usage.turns()),
                EntryTable.orZero(usage.inputTokens()),
                EntryTable.orZero(usage.outputTokens()),
                now,
                stream.taskId());
        UsageTable.add(session, stream.taskId(), usage, added, now);
    }
}
