package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was used up, by task and day. What a deleted task has cost stays in the sums. Thread-safe. */
public final class UsageTable {
    private static final long DAY_MILLIS = 86_400_000;
    private static final String SUMS = "sum(u.cost_micros) as cost_micros, sum(u.duration_ms) as duration_ms,"
            + " sum(u.turns) as turns, sum(u.input_tokens) as input_tokens, sum(u.output_tokens) as output_tokens,"
            + " count(distinct u.task_id) as tasks";
    private static final String OF_DAYS = " from usage_day u where u.owner_id = ? and u.day >= ? and u.day <= ?";

    private final Reads reads;

    UsageTable(Reads reads) {
        this.reads = reads;
    }

    /** What sums are made of. */
    public enum By {
        /** One row for each task, the dearest first. */
        TASK("u.task_id", "task"),
        /** One row for each contract, the dearest first. */
        CONTRACT("u.contract_id", "contract");

        private final String column;
        private final String table;

        By(String column, String table) {
            this.column = column;
            this.table = table;
        }
    }

    /**
     * A sum.
     *
     * @param costMicros in millionths of a dollar
     * @param tasks of how many tasks
     */
    public record Sum(long costMicros, long durationMs, long turns, long inputTokens, long outputTokens, long tasks) {}

    /** The sum of a day. */
    public record DaySum(LocalDate day, Sum sum) {}

    /**
     * The sum of a task or a contract.
     *
     * @param name null where it was deleted
     */
    public record NamedSum(String id, @Nullable String name, Sum sum) {}

    /** Where a page of named sums ended. */
    public record Position(long costMicros, String id) {}

    /** Whose days, both ends included. */
    public record Range(String ownerId, LocalDate from, LocalDate to) {}

    /** Adds what a result told of, in the transaction that keeps its entries. */
    static void add(Session session, TaskId taskId, EntryTable.Usage usage, long costMicros, Instant now)
            throws SQLException {
        session.update(
                "insert into usage_day (task_id, day, owner_id, contract_id, cost_micros, duration_ms, turns,"
                        + " input_tokens, output_tokens) select id, ?, owner_id, contract_id, ?, ?, ?, ?, ? from task"
                        + " where id = ? on conflict (task_id, day) do update set"
                        + " cost_micros = usage_day.cost_micros + excluded.cost_micros,"
                        + " duration_ms = usage_day.duration_ms + excluded.duration_ms,"
                        + " turns = usage_day.turns + excluded.turns,"
                        + " input_tokens = usage_day.input_tokens + excluded.input_tokens,"
                        + " output_tokens = usage_day.output_tokens + excluded.output_tokens",
                Math.floorDiv(now.toEpochMilli(), DAY_MILLIS),
                costMicros,
                EntryTable.orZero(usage.durationMs()),
                EntryTable.orZero(usage.turns()),
                EntryTable.orZero(usage.inputTokens()),
                EntryTable.orZero(usage.outputTokens()),
                taskId);
    }

    /** All of it. */
    public Future<Sum> total(Range range) {
        return reads.one(
                        "select " + SUMS + OF_DAYS,
                        UsageTable::sum,
                        arguments(range).toArray())
                .map(found -> found.orElse(new Sum(0, 0, 0, 0, 0, 0)));
    }

    /** The days on which something was used up, in order: at most as many as the range has. */
    public Future<List<DaySum>> days(Range range) {
        return reads.query(
                "select u.day, " + SUMS + OF_DAYS + " group by u.day order by u.day",
                row -> new DaySum(LocalDate.ofEpochDay(Columns.number(row, "day")), sum(row)),
                arguments(range).toArray());
    }

    /**
     * The sums of tasks or contracts, the dearest first.
     *
     * @param before the last one of the page before
     */
    public Future<List<NamedSum>> named(Range range, By by, @Nullable Position before, int limit) {
        List<Object> arguments = arguments(range);
        StringBuilder sql =
                new StringBuilder("select g.*, n.name from (select " + by.column + " as id, " + SUMS + OF_DAYS
                        + " and " + by.column + " is not null group by " + by.column + ") g left join " + by.table
                        + " n on n.id = g.id and n.owner_id = ?");
        arguments.add(range.ownerId());
        if (before != null) {
            sql.append(" where g.cost_micros < ? or (g.cost_micros = ? and g.id > ?)");
            arguments.addAll(List.of(before.costMicros(), before.costMicros(), before.id()));
        }
        sql.append(" order by g.cost_micros desc, g.id limit ?");
        arguments.add(limit);
        return reads.query(
                sql.toString(),
                row -> new NamedSum(Columns.text(row, "id"), Columns.textOrNull(row, "name"), sum(row)),
                arguments.toArray());
    }

    private static List<Object> arguments(Range range) {
        return new ArrayList<>(
                List.of(range.ownerId(), range.from().toEpochDay(), range.to().toEpochDay()));
    }

    private static Sum sum(Row row) {
        return new Sum(
                Columns.number(row, "cost_micros"),
                Columns.number(row, "duration_ms"),
                Columns.number(row, "turns"),
                Columns.number(row, "input_tokens"),
                Columns.number(row, "output_tokens"),
                Columns.number(row, "tasks"));
    }
}
