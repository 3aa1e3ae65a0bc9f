package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.protocol.TaskState;
import dev.makima.sql.Database;
import dev.makima.sql.Row;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What live streams of tasks read, a hundred times a second each where much is said: in one look at the database and by
 * statements that stay prepared, which costs a small part of what queries through a pool do. Thread-safe.
 */
public final class LiveTable {
    private final Vertx vertx;
    private final Database database;

    LiveTable(Vertx vertx, Database database) {
        this.vertx = vertx;
        this.database = database;
    }

    /**
     * What there is of a task behind an entry.
     *
     * @param version of the task, which a change of it raises
     * @param entries in order
     * @param last whether no entry will ever come after these
     */
    public record Page(long version, List<EntryTable.Stored> entries, boolean last) {}

    private record Standing(long version, TaskState status) {}

    /**
     * The entries after a number.
     *
     * @param limit at most so many
     * @return completes on the caller's context; empty where there is no such task
     */
    public Future<Optional<Page>> after(TaskId taskId, long seq, int limit) {
        return vertx.executeBlocking(() -> database.read(session -> page(session, taskId, seq, limit)), false)
                .map(page -> Objects.requireNonNull(page, "page"));
    }

    private static Optional<Page> page(Session session, TaskId taskId, long seq, int limit) throws SQLException {
        Optional<Standing> found = session.one(
                "select version, status from task where id = ?",
                row -> new Standing(row.number("version"), TaskState.of(row.text("status"))),
                taskId);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        List<EntryTable.Stored> entries = session.query(
                "select seq, at, body, stream_id, start_offset, end_offset, block from entry"
                        + " where task_id = ? and seq > ? order by seq limit ?",
                LiveTable::stored,
                taskId,
                seq,
                limit);
        boolean last =
                entries.size() < limit && found.get().status().isTerminal() && OutputTable.isFinished(session, taskId);
        return Optional.of(new Page(found.get().version(), entries, last));
    }

    private static EntryTable.Stored stored(Row row) throws SQLException {
        Long streamId = row.numberOrNull("stream_id");
        return new EntryTable.Stored(
                row.number("seq"),
                row.instant("at"),
                row.text("body"),
                streamId,
                streamId == null ? 0 : row.number("start_offset"),
                streamId == null ? 0 : row.number("end_offset"),
                streamId == null ? 0 : row.integer("block"));
    }
}
