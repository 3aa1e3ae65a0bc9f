package dev.makima.daemon.store;

import dev.makima.base.TaskId;
import dev.makima.sql.Row;
import dev.makima.sql.Session;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The SQL of table merge_record. */
final class MergeTable {
    private final Clock clock;

    MergeTable(Clock clock) {
        this.clock = clock;
    }

    void note(Session session, List<MergeRecord> records) throws SQLException {
        for (MergeRecord merge : records) {
            session.update(
                    "INSERT INTO merge_record (task_id, branch, of_task, outcome, reason, noted_at)"
                            + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (task_id, branch) DO UPDATE SET"
                            + " of_task = excluded.of_task, outcome = excluded.outcome, reason = excluded.reason,"
                            + " noted_at = excluded.noted_at",
                    merge.taskId(),
                    merge.branch(),
                    merge.ofTask(),
                    merge.outcome().stored(),
                    merge.reason(),
                    clock.instant());
        }
    }

    List<MergeRecord> of(Session session, TaskId taskId) throws SQLException {
        return session.query(
                "SELECT task_id, branch, of_task, outcome, reason FROM merge_record WHERE task_id = ? ORDER BY branch",
                MergeTable::read,
                taskId);
    }

    void forget(Session session, TaskId taskId) throws SQLException {
        session.update("DELETE FROM merge_record WHERE task_id = ?", taskId);
    }

    private static MergeRecord read(Row row) throws SQLException {
        @Nullable String ofTask = row.textOrNull("of_task");
        return new MergeRecord(
                TaskId.of(row.text("task_id")),
                row.text("branch"),
                ofTask == null ? null : TaskId.of(ofTask),
                MergeRecord.Outcome.of(row.text("outcome")),
                row.textOrNull("reason"));
    }
}
