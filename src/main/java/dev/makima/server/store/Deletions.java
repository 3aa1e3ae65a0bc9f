package dev.makima.server.store;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.sql.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The tasks that a user has deleted, and those whose deletion is under way: these are named here as well while they are
 * there. Such a task is not started, since its daemon removes its worktree, and would end it. A deletion of which nothing
 * came, as where the server ended meanwhile, is forgotten after a while. For transactions alone.
 */
final class Deletions {
    /** Longer than any daemon has for its answer. */
    static final Duration UNDER_WAY = Duration.ofMinutes(2);

    /** Of a task: it is not being deleted. Takes {@link #since}. */
    static final String NOT_UNDER_WAY =
            " and not exists (select 1 from deleted_task d where d.id = task.id and d.deleted_at > ?)";

    private static final Duration KEPT = Duration.ofDays(90);

    private Deletions() {}

    /** Since when a deletion may be under way. */
    static Instant since(Instant now) {
        return now.minus(UNDER_WAY);
    }

    /** Whether a user has deleted the task, which is not there any more. */
    static boolean wasDeleted(Session session, TaskId taskId) throws SQLException {
        Optional<Boolean> found = session.one("select 1 as one from deleted_task where id = ?", row -> true, taskId);
        return found.isPresent();
    }

    /** A user deletes the task. */
    static void deleted(Session session, TaskId taskId, Instant now) throws SQLException {
        session.update("delete from deleted_task where deleted_at < ?", now.minus(KEPT));
        mark(session, taskId, now);
    }

    /** The deletion of a task begins. Fails with CONFLICT where one is under way. */
    static void begin(Session session, TaskId taskId, Instant now) throws SQLException {
        requireNone(session, taskId, now);
        mark(session, taskId, now);
    }

    private static void mark(Session session, TaskId taskId, Instant now) throws SQLException {
        session.update(
                "insert into deleted_task (id, deleted_at) values (?, ?)"
                        + " on conflict (id) do update set deleted_at = excluded.deleted_at",
                taskId,
                now);
    }

    /** The task is not deleted after all. */
    static int giveUp(Session session, TaskId taskId) throws SQLException {
        return session.update(
                "delete from deleted_task where id = ? and exists (select 1 from task t where t.id = deleted_task.id)",
                taskId);
    }

    /** Fails with CONFLICT where the task is being deleted. */
    static void requireNone(Session session, TaskId taskId, Instant now) throws SQLException {
        boolean underWay = session.one(
                        "select 1 as one from deleted_task where id = ? and deleted_at > ?",
                        row -> true,
                        taskId,
                        since(now))
                .isPresent();
        if (underWay) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "task " + taskId + " is being deleted: its daemon removes its worktree",
                    "Wait a moment; where that can't be done, the task stays");
        }
    }
}
