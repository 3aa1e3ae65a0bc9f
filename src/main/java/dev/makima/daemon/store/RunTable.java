package dev.makima.daemon.store;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.protocol.TaskState;
import dev.makima.sql.Row;
import dev.makima.sql.Session;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The SQL of tables run and message. */
final class RunTable {
    private static final String COLUMNS =
            "run_id, task_id, fence, state, delivered_stdout, delivered_stderr, delivered_daemon";

    private final Clock clock;

    RunTable(Clock clock) {
        this.clock = clock;
    }

    void save(Session session, TaskRecord task) throws SQLException {
        session.update(
                "INSERT INTO run (run_id, task_id, fence, state, started_at, loop_progress) VALUES (?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (run_id) DO UPDATE SET state = excluded.state, fence = excluded.fence,"
                        + " started_at = excluded.started_at, loop_progress = excluded.loop_progress",
                task.runId(),
                task.taskId(),
                task.fence(),
                task.state().wire(),
                task.progress().startedAt(),
                task.progress().toJson());
    }

    void noteMessage(Session session, StoreRequest.NoteMessage note) throws SQLException {
        session.update(
                "INSERT INTO message (run_id, message_id, line, noted_at) VALUES (?, ?, ?, ?)",
                note.runId(),
                note.messageId(),
                note.line(),
                clock.instant());
    }

    Optional<String> lastMessage(Session session, RunId runId) throws SQLException {
        return session.one(
                "SELECT line FROM message WHERE run_id = ? ORDER BY rowid DESC LIMIT 1",
                row -> row.text("line"),
                runId);
    }

    List<RunOutput> open(Session session) throws SQLException {
        return session.query(
                "SELECT " + COLUMNS + " FROM run WHERE released_at IS NULL ORDER BY rowid", RunTable::read);
    }

    void delivered(Session session, RunId runId, Map<StreamName, Long> lengths) throws SQLException {
        session.update(
                "UPDATE run SET delivered_stdout = max(delivered_stdout, ?), delivered_stderr = max(delivered_stderr, ?),"
                        + " delivered_daemon = max(delivered_daemon, ?) WHERE run_id = ?",
                lengths.getOrDefault(StreamName.STDOUT, 0L),
                lengths.getOrDefault(StreamName.STDERR, 0L),
                lengths.getOrDefault(StreamName.DAEMON, 0L),
                runId);
    }

    void release(Session session, RunId runId) throws SQLException {
        session.update(
                "UPDATE run SET released_at = ? WHERE run_id = ? AND released_at IS NULL", clock.instant(), runId);
    }

    List<RunOutput> releasedBefore(Session session, long epochMillis) throws SQLException {
        return session.query(
                "SELECT " + COLUMNS + " FROM run WHERE released_at < ? ORDER BY released_at LIMIT 1000",
                RunTable::read,
                epochMillis);
    }

    void forget(Session session, RunId runId) throws SQLException {
        session.update("DELETE FROM message WHERE run_id = ?", runId);
        session.update("DELETE FROM run WHERE run_id = ?", runId);
    }

    private static RunOutput read(Row row) throws SQLException {
        return new RunOutput(
                TaskId.of(row.text("task_id")),
                RunId.of(row.text("run_id")),
                row.number("fence"),
                TaskState.of(row.text("state")),
                Map.of(
                        StreamName.STDOUT, row.number("delivered_stdout"),
                        StreamName.STDERR, row.number("delivered_stderr"),
                        StreamName.DAEMON, row.number("delivered_daemon")));
    }
}
