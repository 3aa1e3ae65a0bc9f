package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.protocol.LeaseVerdict;
import dev.makima.protocol.RunLease;
import dev.makima.protocol.RunStanding;
import dev.makima.protocol.RunVerdict;
import dev.makima.protocol.StreamLengths;
import dev.makima.protocol.TaskState;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The hand-overs of tasks to daemons: whose a task was by which fence, until when it is leased, and who lost it. A fence
 * is never used twice, so a row is the whole truth of what its daemon may still say. Thread-safe.
 */
public final class HandOverTable {
    /** A renewal never goes back, in whichever order heartbeats are written down. */
    static final String RENEWED_AT = "renewed_at = case when renewed_at < ? then ? else renewed_at end";

    private static final String RENEW = "update hand_over set " + RENEWED_AT;

    private final Database database;
    private final UUID node;

    /**
     * Those of a database, to be written by one server.
     *
     * @param node that server
     */
    HandOverTable(Database database, UUID node) {
        this.database = database;
        this.node = node;
    }

    /**
     * What a heartbeat's runs came to.
     *
     * @param verdicts on the runs that were not renewed
     * @param changed the tasks that changed by it
     */
    public record Renewal(List<LeaseVerdict> verdicts, Set<TaskId> changed) {}

    /** Why and how a task is taken from its daemon. */
    record Loss(String reason, int maxRetries, @Nullable UUID goesTo, boolean mayComeBack) {}

    /**
     * Renews the leases of runs.
     *
     * @param lease how long one lasts
     * @param now when the heartbeat was received
     */
    public Future<Renewal> renew(UUID daemonId, List<RunLease> runs, Duration lease, Instant now) {
        return Writes.future(database.write(session -> {
            Renewal renewal = new Renewal(new ArrayList<>(), new HashSet<>());
            for (RunLease run : runs) {
                if (renewed(session, daemonId, run, now)) {
                    RunTable.adopt(session, daemonId, run.taskId(), run.runId(), run.fence());
                    continue;
                }
                RunStanding standing =
                        new RunStanding(run.taskId(), run.runId(), run.fence(), TaskState.RUNNING, StreamLengths.NONE);
                RunVerdict verdict = RunJudge.verdict(session, daemonId, standing, lease, now, renewal.changed());
                if (verdict != RunVerdict.CONTINUE) {
                    renewal.verdicts().add(new LeaseVerdict(run.taskId(), run.runId(), verdict));
                }
            }
            return renewal;
        }));
    }

    /** What is to be made of what is said of a task. */
    public enum Hearing {
        /** It is said by the present hand-over, or by none. */
        PRESENT,
        /** The task was handed over again since. */
        OLD,
        /** A user has deleted the task: it was right, and matters no more. */
        DELETED,
        /** There is no such task. */
        UNKNOWN
    }

    /**
     * What is to be made of what is said of a task.
     *
     * @param fence by which hand-over; 0 for none
     */
    public Future<Hearing> hearing(TaskId taskId, long fence) {
        return Writes.future(database.write(session -> {
            Optional<Long> present =
                    session.one("select fence from task where id = ?", row -> row.number("fence"), taskId);
            if (present.isPresent()) {
                return fence > 0 && fence < present.get() ? Hearing.OLD : Hearing.PRESENT;
            }
            return Deletions.wasDeleted(session, taskId) ? Hearing.DELETED : Hearing.UNKNOWN;
        }));
    }

    /** The daemon has said that it has the task by that hand-over. */
    static void heard(Session session, TaskId taskId, long fence) throws SQLException {
        session.update("update hand_over set heard = 1 where task_id = ? and fence = ? and heard = 0", taskId, fence);
    }

    /** Nobody was heard of yet: at the start of the server, which may have got an older copy of its database. */
    Future<Void> nobodyHeard() {
        return Writes.future(
                        database.write(session -> session.update("update hand_over set heard = 0 where heard = 1")))
                .mapEmpty();
    }

    /**
     * Writes down that all leases in force are renewed, none later than now: at the start of the server, which nobody could
     * reach to renew them, and where its clock was set or it stood still. Those of daemons that are connected to another
     * server are left alone: they could be renewed there.
     */
    public Future<Void> renewAll(Instant now) {
        return Writes.future(database.write(session -> renewAll(session, node, now)))
                .mapEmpty();
    }

    static int renewAll(Session session, UUID node, Instant now) throws SQLException {
        return session.update(
                RENEW + " where lease_secs is not null and renewed_at > 0"
                        + " and exists (select 1 from task t where t.id = hand_over.task_id and t.fence = hand_over.fence"
                        + " and (hand_over.unheard = 1 or t.status in " + TaskTable.ACTIVE + "))"
                        + " and not exists (select 1 from daemon d where d.id = hand_over.daemon_id"
                        + " and d.connected = 1 and d.node_id <> ?)",
                now,
                now,
                node);
    }

    private static boolean renewed(Session session, UUID daemonId, RunLease run, Instant now) throws SQLException {
        return session.update(
                        RENEW + ", heard = 1 where task_id = ? and fence = ? and daemon_id = ?"
                                + " and exists (select 1 from task t where t.id = hand_over.task_id"
                                + " and t.fence = hand_over.fence and t.daemon_id = hand_over.daemon_id"
                                + " and t.status in " + TaskTable.ACTIVE + ")",
                        now,
                        now,
                        run.taskId(),
                        run.fence(),
                        daemonId)
                > 0;
    }

    /** A daemon gets the task by its present fence; without a lease for a daemon that knows none. */
    static void begin(Session session, TaskId taskId, UUID daemonId, @Nullable Duration lease, Instant now)
            throws SQLException {
        session.update(
                "insert into hand_over (task_id, fence, daemon_id, lease_secs, renewed_at, heard)"
                        + " select id, fence, ?, ?, ?, 1 from task where id = ? on conflict (task_id, fence) do nothing",
                daemonId,
                lease == null ? null : lease.toSeconds(),
                now,
                taskId);
    }

    /** Whose the task is, or was last, by that fence. */
    static Optional<String> holder(Session session, TaskId taskId, long fence) throws SQLException {
        return session.one(
                "select daemon_id from hand_over where task_id = ? and fence = ?",
                row -> row.text("daemon_id"),
                taskId,
                fence);
    }

    /** Whether a user has ended the task by that fence while nothing was heard of its daemon. */
    static boolean isUnheard(Session session, TaskId taskId, long fence) throws SQLException {
        return session.one(
                        "select 1 as one from hand_over where task_id = ? and fence = ? and unheard = 1",
                        row -> true,
                        taskId,
                        fence)
                .isPresent();
    }

    /** A user ends or restarts the task, of whose last daemon nothing is heard. */
    static void unheard(Session session, TaskId taskId) throws SQLException {
        session.update(
                "update hand_over set unheard = 1 where task_id = ? and fence = (select fence from task where id = ?)",
                taskId,
                taskId);
    }

    /** As {@link #unheard}, for a task that was given up while its daemon may have it. */
    static void unheardIfLost(Session session, TaskId taskId) throws SQLException {
        if (session.one("select 1 as one from task where id = ? and lost = 1", row -> true, taskId)
                .isPresent()) {
            unheard(session, taskId);
        }
    }

    /** The daemon has said that it has nothing of that hand-over any more. */
    static void ended(Session session, UUID daemonId, TaskId taskId, long fence) throws SQLException {
        session.update(
                "update hand_over set renewed_at = 0 where task_id = ? and fence = ? and daemon_id = ?",
                taskId,
                fence,
                daemonId);
    }

    /** Nothing is held against daemons any more: a user starts the task anew. */
    static void forgive(Session session, TaskId taskId) throws SQLException {
        session.update("update hand_over set failed = 0 where task_id = ? and failed = 1", taskId);
    }

    /**
     * The task is not its daemon's any more: queued again while retries are left, else it has failed; interrupted where a
     * user had stopped it. Its run stays open until it is handed over: the daemon may come back before.
     */
    static boolean lost(Session session, TaskId taskId, long fence, Loss loss, Instant now) throws SQLException {
        if (loss.goesTo() == null) {
            session.update("update hand_over set failed = 1 where task_id = ? and fence = ?", taskId, fence);
        }
        int queued = session.update(
                "update task set status = 'pending', queued = 1, queued_at = ?, not_before = 0, lost = 0,"
                        + " daemon_id = null, preferred_daemon_id = ?, resume_session = 1, retries = retries + 1,"
                        + " error_message = null, completed_at = null, version = version + 1, updated_at = ?"
                        + " where id = ? and fence = ? and queued = 0 and stop_requested = 0 and retries < coalesce(max_retries, ?)"
                        + " and (lost = 1 or status in " + TaskTable.ACTIVE + ")",
                now,
                loss.goesTo(),
                now,
                taskId,
                fence,
                loss.maxRetries());
        return queued > 0
                || TaskChanges.fail(session, taskId, loss.reason() + "; no retry is left", loss.mayComeBack(), now);
    }

    /**
     * Takes away the tasks whose lease is over, or whose daemon, without leases, is away for longer than the grace period.
     *
     * @param margin how long after its end a lease is still honoured
     * @return the tasks that changed
     */
    public Future<List<TaskId>> expire(Duration grace, Duration margin, int maxRetries, Instant now) {
        return Writes.future(database.write(session -> {
            List<TaskId> changed = new ArrayList<>();
            for (Due due : due(session, grace, margin, now)) {
                String reason = due.leased
                        ? "its daemon was not heard of until the lease was over"
                        : "its daemon went away and did not come back within " + grace.toSeconds() + " s";
                if (lost(session, due.taskId, due.fence, new Loss(reason, maxRetries, null, true), now)) {
                    changed.add(due.taskId);
                }
            }
            return changed;
        }));
    }

    private record Due(TaskId taskId, long fence, boolean leased) {}

    private static List<Due> due(Session session, Duration grace, Duration margin, Instant now) throws SQLException {
        return session.query(
                "select t.id, t.fence, h.lease_secs is not null as leased from task t join daemon d on d.id = t.daemon_id"
                        + " left join hand_over h on h.task_id = t.id and h.fence = t.fence"
                        + " where t.status in " + TaskTable.ACTIVE
                        + " and case when h.lease_secs is not null then h.renewed_at + h.lease_secs * 1000 <= ?"
                        + " else d.connected = 0 and d.disconnected_at <= ? end",
                row -> new Due(TaskId.of(row.text("id")), row.number("fence"), row.flag("leased")),
                now.minus(margin),
                now.minus(grace));
    }
}
