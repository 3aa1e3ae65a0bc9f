package dev.makima.server.store;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.sql.Session;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What one transaction knows of the runs that a daemon names, looked up at once: whether it may still write to them. */
final class KnownRuns {
    private final Session session;
    private final UUID daemonId;
    private final Instant now;
    private final Map<RunId, Known> runs = new HashMap<>();

    /**
     * A run.
     *
     * @param daemonId whose it is
     * @param fence the hand-over that it stands for
     * @param latest the task's latest hand-over
     */
    private record Known(RunId id, String daemonId, String taskId, long fence, long latest) {
        private boolean belongsTo(UUID daemon, TaskId task) {
            return daemonId.equals(daemon.toString()) && taskId.equals(task.toString());
        }
    }

    KnownRuns(Session session, UUID daemonId, Collection<RunId> named, Instant now) throws SQLException {
        this.session = session;
        this.daemonId = daemonId;
        this.now = now;
        lookUp(named);
    }

    /**
     * Whether the daemon may put output or an end to the run: it is known and not of an older hand-over, or it is the
     * task's present one, and known from then on. A run that is named with a later hand-over than before goes on with
     * that.
     *
     * @param runId one of those that were named in the beginning
     * @param fence the hand-over as the daemon says it, 0 from one without leases
     */
    boolean accept(TaskId taskId, RunId runId, long fence) throws SQLException {
        Known known = runs.get(runId);
        if (known == null) {
            return isPresent(taskId, fence) && add(taskId, runId);
        }
        if (!known.belongsTo(daemonId, taskId) || Math.max(known.fence(), fence) < known.latest()) {
            return false;
        }
        if (fence > known.fence()) {
            RunTable.adopt(session, daemonId, taskId, runId, fence);
            runs.put(runId, new Known(runId, known.daemonId(), known.taskId(), fence, known.latest()));
        }
        return true;
    }

    private boolean isPresent(TaskId taskId, long fence) throws SQLException {
        return session.one(
                        "select 1 as one from task where id = ? and daemon_id = ? and (? = 0 or fence = ?)",
                        row -> true,
                        taskId,
                        daemonId,
                        fence,
                        fence)
                .isPresent();
    }

    private boolean add(TaskId taskId, RunId runId) throws SQLException {
        RunTable.addRun(session, taskId, runId, daemonId, false, now);
        lookUp(List.of(runId));
        return true;
    }

    private void lookUp(Collection<RunId> named) throws SQLException {
        List<Known> found = session.queryEach(
                "select r.id, r.daemon_id, r.task_id, r.fence, t.fence as latest from run r"
                        + " join task t on t.id = r.task_id where r.id in (:keys)",
                row -> new Known(
                        RunId.of(row.text("id")),
                        row.text("daemon_id"),
                        row.text("task_id"),
                        row.number("fence"),
                        row.number("latest")),
                named);
        found.forEach(known -> runs.put(known.id(), known));
    }
}
