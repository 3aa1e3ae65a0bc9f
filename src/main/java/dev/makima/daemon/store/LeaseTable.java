package dev.makima.daemon.store;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.daemon.lease.SavedLease;
import dev.makima.sql.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The SQL of table lease. */
final class LeaseTable {
    /** A run that goes on by a later hand-over stands for that one from here on. */
    void save(Session session, StoreRequest.SaveLeases request) throws SQLException {
        for (SavedLease lease : request.changed()) {
            session.update(
                    "INSERT INTO lease (run_id, task_id, fence, length_millis, boot, deadline_millis)"
                            + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (run_id) DO UPDATE SET fence = excluded.fence,"
                            + " length_millis = excluded.length_millis, boot = excluded.boot,"
                            + " deadline_millis = excluded.deadline_millis",
                    lease.runId(),
                    lease.taskId(),
                    lease.fence(),
                    lease.length().toMillis(),
                    lease.boot(),
                    lease.deadline().toMillis());
            for (String table : List.of("task", "run")) {
                session.update(
                        "UPDATE " + table + " SET fence = ? WHERE run_id = ? AND fence < ?",
                        lease.fence(),
                        lease.runId(),
                        lease.fence());
            }
        }
        for (Map.Entry<TaskId, Long> taken : request.taken().entrySet()) {
            session.update("UPDATE task SET taken_after = ? WHERE task_id = ?", taken.getValue(), taken.getKey());
        }
        for (RunId ended : request.ended()) {
            session.update("DELETE FROM lease WHERE run_id = ?", ended);
        }
    }

    /**
     * The leases of runs that go on. Those of others are dropped: they are saved apart from the runs, so a daemon that
     * ends may leave one of a run that is over, or that never began.
     */
    List<SavedLease> all(Session session) throws SQLException {
        session.update("DELETE FROM lease WHERE run_id NOT IN"
                + " (SELECT run_id FROM run WHERE state NOT IN ('done', 'failed', 'interrupted'))");
        return session.query(
                "SELECT * FROM lease",
                row -> new SavedLease(
                        TaskId.of(row.text("task_id")),
                        RunId.of(row.text("run_id")),
                        row.number("fence"),
                        Duration.ofMillis(row.number("length_millis")),
                        row.text("boot"),
                        Duration.ofMillis(row.number("deadline_millis"))));
    }
}
