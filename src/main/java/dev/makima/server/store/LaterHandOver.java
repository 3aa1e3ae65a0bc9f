package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.protocol.RunVerdict;
import dev.makima.sql.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a run that a daemon has by a later hand-over than any that this database knows: the database was restored
 * from an older copy. What holds then:
 *
 * <ul>
 *   <li>A task that nobody else has been heard to have is that daemon's: the number can only come from a hand-over that was
 *       made after the copy. Its state comes from the run, its output from the daemon's spool as far as that is kept, its
 *       events from the outbox as far as they were not acknowledged.
 *   <li>A task that another daemon has had to do since the server's start is that one's, and the run is fenced. Between the two,
 *       while the other is only said to have it by the copy, the run is unknown: its agent goes on, nothing irreversible is
 *       done, and each heartbeat asks again.
 *   <li>Whatever becomes of it, the next hand-over gets a greater number than any that a daemon has named, so that none is
 *       used twice. A daemon that was not heard of before the task was handed over again is fenced by whose the hand-over is.
 *   <li>A task that the database does not have at all is unknown, and nothing is made up for it: the daemon keeps what it has
 *       until the right database is back or a person ends it there. One that a user has deleted is fenced.
 *   <li>What was acknowledged and is lost: checkpoints until the next one, which holds all of the work; the end of a run whose
 *       daemon has forgotten it by then, so that the task is done again, by a number and so a branch of its own.
 * </ul>
 *
 * Stateless.
 */
final class LaterHandOver {
    private static final System.Logger LOG = System.getLogger(LaterHandOver.class.getName());
    /** Nobody hands a task over so often: a greater number is no hand-over's, and must not make the next one overflow. */
    static final long FENCE_MAX = Integer.MAX_VALUE;

    private LaterHandOver() {}

    /**
     * Takes the task to be the daemon's by that hand-over, where it can be.
     *
     * @param lease for a daemon that knows leases, else null
     * @return CONTINUE where it is now, else the verdict
     */
    static RunVerdict adopt(
            Session session, UUID daemonId, TaskId taskId, long fence, @Nullable Duration lease, Instant now)
            throws SQLException {
        boolean owned = session.update(
                        "update task set fence_seen = case when fence_seen < ? then ? else fence_seen end"
                                + " where id = ? and ? <= ?"
                                + " and owner_id = (select owner_id from daemon where id = ?)",
                        fence,
                        fence,
                        taskId,
                        fence,
                        FENCE_MAX,
                        daemonId)
                > 0;
        if (!owned) {
            return RunVerdict.UNKNOWN;
        }
        if (anotherHasIt(session, daemonId, taskId, "h.heard = 1 and t.queued = 0")) {
            return RunVerdict.FENCED;
        }
        if (anotherHasIt(session, daemonId, taskId, "t.status in " + TaskTable.ACTIVE)) {
            return RunVerdict.UNKNOWN;
        }
        session.update(
                "update task set fence = ?, daemon_id = ?, queued = 0, not_before = 0, preferred_daemon_id = null,"
                        + " start_requested = 1, started_at = coalesce(started_at, ?), version = version + 1,"
                        + " updated_at = ? where id = ?",
                fence,
                daemonId,
                now,
                now,
                taskId);
        session.update("update run set ended_at = ? where task_id = ? and ended_at is null", now, taskId);
        HandOverTable.begin(session, taskId, daemonId, lease, now);
        LOG.log(
                System.Logger.Level.WARNING,
                "daemon {0} has task {1} by hand-over {2}, of which this database knows nothing: it was restored from an"
                        + " older copy. The task is that daemon''s",
                daemonId,
                taskId,
                Long.toString(fence));
        return RunVerdict.CONTINUE;
    }

    private static boolean anotherHasIt(Session session, UUID daemonId, TaskId taskId, String how) throws SQLException {
        return session.one(
                        "select 1 as one from task t left join hand_over h on h.task_id = t.id and h.fence = t.fence"
                                + " where t.id = ? and coalesce(h.daemon_id, t.daemon_id) <> ? and " + how,
                        row -> true,
                        taskId,
                        daemonId)
                .isPresent();
    }

    /** What a run is told whose task is not here. */
    static RunVerdict ofNoTask(Session session, TaskId taskId) throws SQLException {
        return Deletions.wasDeleted(session, taskId) ? RunVerdict.FENCED : RunVerdict.UNKNOWN;
    }
}
