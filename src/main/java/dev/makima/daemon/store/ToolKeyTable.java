package dev.makima.daemon.store;

import dev.makima.base.RunId;
import dev.makima.base.Secret;
import dev.makima.base.TaskId;
import dev.makima.protocol.RevokeToolKey;
import dev.makima.sql.Session;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The SQL of table tool_key. */
final class ToolKeyTable {
    /**
     * A key, and what the server has to hear of it.
     *
     * @param events none where it was there before
     */
    record Taken(Secret key, List<Event> events) {}

    /** A run's key is made once: its later launches get the same. Another run's key of the same task dies. */
    Taken take(Session session, StoreRequest.TakeToolKey take) throws SQLException {
        Optional<Secret> known = session.one(
                "SELECT key FROM tool_key WHERE run_id = ? AND live = 1",
                row -> new Secret(row.text("key")),
                take.runId());
        if (known.isPresent()) {
            return new Taken(known.get(), List.of());
        }
        session.update("UPDATE tool_key SET live = 0 WHERE task_id = ?", take.taskId());
        session.update(
                "INSERT INTO tool_key (run_id, task_id, key, live) VALUES (?, ?, ?, 1)",
                take.runId(),
                take.taskId(),
                take.fresh().reveal());
        ToolKey key = new ToolKey(take.taskId(), take.fresh(), true);
        return new Taken(key.key(), List.of(Event.of(take.taskId(), key.registration())));
    }

    /** What the server has to hear of keys when the task is saved like this: with a task that is over its key dies. */
    List<Event> endWith(Session session, TaskRecord task) throws SQLException {
        if (!task.state().isTerminal()) {
            return List.of();
        }
        int died = session.update("UPDATE tool_key SET live = 0 WHERE task_id = ? AND live = 1", task.taskId());
        return died == 0 ? List.of() : List.of(Event.of(task.taskId(), new RevokeToolKey(task.taskId(), null, null)));
    }

    List<ToolKey> all(Session session) throws SQLException {
        return session.query(
                "SELECT task_id, key, live FROM tool_key ORDER BY rowid",
                row -> new ToolKey(TaskId.of(row.text("task_id")), new Secret(row.text("key")), row.flag("live")));
    }

    /** Nothing of the run is left to send: a dead key of it need not be known any more. */
    void forget(Session session, RunId runId) throws SQLException {
        session.update("DELETE FROM tool_key WHERE run_id = ? AND live = 0", runId);
    }
}
