package dev.makima.server.store;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.protocol.RunStanding;
import dev.makima.protocol.RunVerdict;
import dev.makima.protocol.TaskState;
import dev.makima.sql.Session;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Judges a run that a daemon says it has: whether its task is still that daemon's, and wanted. For transactions alone. */
final class RunJudge {
    private RunJudge() {}

    private record Standing(
            TaskState status,
            @Nullable String daemonId,
            long fence,
            boolean queued,
            boolean stopRequested,
            boolean lost) {}

    /** What is to become of a run that a daemon has. One whose task was taken away and given to nobody yet goes on. */
    static RunVerdict verdict(
            Session session, UUID daemonId, RunStanding run, @Nullable Duration lease, Instant now, Set<TaskId> changed)
            throws SQLException {
        Optional<Standing> found = standing(session, run.taskId());
        if (found.isEmpty()) {
            return LaterHandOver.ofNoTask(session, run.taskId());
        }
        Standing task = found.get();
        long fence = run.fence() > 0 ? run.fence() : fence(session, run.runId()).orElse(task.fence());
        boolean later = fence > task.fence();
        if (later) {
            RunVerdict verdict = LaterHandOver.adopt(session, daemonId, run.taskId(), fence, lease, now);
            if (verdict != RunVerdict.CONTINUE) {
                return verdict;
            }
            task = standing(session, run.taskId()).orElse(task);
            changed.add(run.taskId());
        }
        return verdict(session, daemonId, run, new Known(task, fence, later), now, changed);
    }

    /**
     * A task as a run of it finds it.
     *
     * @param fence the run's
     * @param later whether the task is its daemon's only since that said so
     */
    private record Known(Standing task, long fence, boolean later) {}

    private static RunVerdict verdict(
            Session session, UUID daemonId, RunStanding run, Known known, Instant now, Set<TaskId> changed)
            throws SQLException {
        Standing task = known.task();
        long fence = known.fence();
        String me = daemonId.toString();
        boolean between = task.daemonId() == null
                && HandOverTable.holder(session, run.taskId(), fence)
                        .filter(me::equals)
                        .isPresent();
        if (fence < task.fence() || !(me.equals(task.daemonId()) || between)) {
            return RunVerdict.FENCED;
        }
        boolean lives = !run.state().isTerminal();
        if (between && HandOverTable.isUnheard(session, run.taskId(), fence)) {
            return lives ? RunVerdict.CANCEL : RunVerdict.FENCED;
        }
        RunTable.addRun(session, run.taskId(), run.runId(), daemonId, false, now);
        RunTable.adopt(session, daemonId, run.taskId(), run.runId(), fence);
        HandOverTable.heard(session, run.taskId(), fence);
        boolean over = task.status().isTerminal() && !task.lost() && !known.later();
        if (lives && (task.stopRequested() || over)) {
            return RunVerdict.CANCEL;
        }
        if ((lives || task.queued() || known.later()) && revive(session, daemonId, run, task.fence(), now)) {
            changed.add(run.taskId());
        }
        return RunVerdict.CONTINUE;
    }

    private static Optional<Standing> standing(Session session, TaskId taskId) throws SQLException {
        return session.one(
                "select status, daemon_id, fence, queued, stop_requested, lost from task where id = ?",
                row -> new Standing(
                        TaskState.of(row.text("status")),
                        row.textOrNull("daemon_id"),
                        row.number("fence"),
                        row.flag("queued"),
                        row.flag("stop_requested"),
                        row.flag("lost")),
                taskId);
    }

    /** The task is its daemon's again, in the state that the run is in; what was counted as a retry was none. */
    private static boolean revive(Session session, UUID daemonId, RunStanding run, long fence, Instant now)
            throws SQLException {
        // How a run that has ended did so is told next, by its event.
        TaskState state = switch (run.state()) {
            case PENDING -> TaskState.STARTING;
            case DONE, FAILED, INTERRUPTED -> TaskState.RUNNING;
            case INITIALIZING, STARTING, RUNNING, PAUSED, BLOCKED -> run.state();
        };
        session.update(
                "update hand_over set failed = 0, " + HandOverTable.RENEWED_AT + " where task_id = ? and fence = ?",
                now,
                now,
                run.taskId(),
                fence);
        return session.update(
                        "update task set status = ?, retries = case when retries > queued then retries - queued else 0 end, queued = 0, daemon_id = ?,"
                                + " preferred_daemon_id = null, lost = 0, error_message = null, completed_at = null,"
                                + " version = version + 1, updated_at = ? where id = ? and fence = ?"
                                + " and (status <> ? or queued = 1)",
                        state.wire(),
                        daemonId,
                        now,
                        run.taskId(),
                        fence,
                        state.wire())
                > 0;
    }

    /** The fence by which a run is known. */
    private static Optional<Long> fence(Session session, RunId runId) throws SQLException {
        return session.one("select fence from run where id = ?", row -> row.number("fence"), runId);
    }
}
