package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.protocol.TaskState;
import dev.makima.sql.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The ways in which an active task changes its state, each one conditional statement. Stateless. */
final class TaskChanges {
    private TaskChanges() {}

    /**
     * Ends an active task as failed, or as interrupted where a user had stopped it.
     *
     * @param lost whether its daemon may still have it and bring it back
     */
    static boolean fail(Session session, TaskId id, String error, boolean lost, Instant now) throws SQLException {
        RunTable.closeStreams(session, id);
        session.update("update task set lost = ? where id = ? and stop_requested = 0", lost, id);
        return over(session, id, "failed", error, now);
    }

    /** Ends an active task in that state, or as interrupted where a user had stopped it. */
    static boolean over(Session session, TaskId id, String status, @Nullable String error, Instant now)
            throws SQLException {
        RunTable.closeStreams(session, id);
        return session.update(
                        "update task set status = case when stop_requested = 1 then 'interrupted' else ? end,"
                                + " error_message = case when stop_requested = 1 then null else ? end,"
                                + " completed_at = ?, version = version + 1, updated_at = ? where id = ? and status in "
                                + TaskTable.ACTIVE,
                        status,
                        error,
                        now,
                        now,
                        id)
                > 0;
    }

    /** Ends an active or lost task as interrupted. Only a daemon with streams may still have output of it. */
    static boolean interrupted(Session session, UUID daemonId, TaskId id, Instant now) throws SQLException {
        int changed = session.update(
                "update task set status = 'interrupted', lost = 0, error_message = null, completed_at = ?,"
                        + " version = version + 1, updated_at = ? where id = ? and (lost = 1 or status in "
                        + TaskTable.ACTIVE + ")",
                now,
                now,
                id);
        if (changed > 0 && RunTable.openMadeByServer(session, daemonId, id).isPresent()) {
            RunTable.closeStreams(session, id);
        }
        return changed > 0;
    }

    /** Moves an active or lost task to another active state. */
    static boolean moved(Session session, TaskId id, TaskState next, Instant now) throws SQLException {
        return session.update(
                        "update task set status = ?, error_message = null, completed_at = null, end_told_at = null, lost = 0,"
                                + " ran_fence = case when ? = 'running' then fence else ran_fence end,"
                                + " version = version + 1, updated_at = ? where id = ? and status <> ?"
                                + " and (lost = 1 or status in " + TaskTable.ACTIVE + ")",
                        next.wire(),
                        next.wire(),
                        now,
                        id,
                        next.wire())
                > 0;
    }
}
