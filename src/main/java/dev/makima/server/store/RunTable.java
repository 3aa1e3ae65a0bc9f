package dev.makima.server.store;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.base.TaskId;
import dev.makima.protocol.ResumedRun;
import dev.makima.protocol.RunStanding;
import dev.makima.protocol.RunVerdict;
import dev.makima.protocol.StreamLengths;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The runs: which there are, what a daemon that comes back is told of them, and how they end. Thread-safe. */
public final class RunTable {
    private final Database database;

    RunTable(Database database) {
        this.database = database;
    }

    /**
     * What a daemon that has come back is told.
     *
     * @param runs the verdict on each run that it named
     * @param changed the tasks that changed by it
     */
    public record Resumption(List<ResumedRun> runs, Set<TaskId> changed) {}

    /**
     * Compares what a daemon says it has with what it should have. Runs that it has are continued, unless they were
     * stopped or given to another; tasks that it should have and does not name are queued again, at the cost of a retry
     * where it had begun them.
     *
     * @param lease for a daemon that knows leases, else null
     */
    public Future<Resumption> resume(
            UUID daemonId, List<RunStanding> reported, @Nullable Duration lease, int maxRetries, Instant now) {
        return Writes.future(database.write(session -> {
            Set<TaskId> changed = new HashSet<>();
            Set<TaskId> named = new HashSet<>();
            List<ResumedRun> runs = new ArrayList<>();
            for (RunStanding run : reported) {
                named.add(run.taskId());
                RunVerdict verdict = RunJudge.verdict(session, daemonId, run, lease, now, changed);
                runs.add(new ResumedRun(run.taskId(), run.runId(), verdict, lengths(session, run.runId())));
            }
            for (TaskId missing : activeOf(session, daemonId)) {
                if (!named.contains(missing)) {
                    giveUp(session, missing, maxRetries, now);
                    changed.add(missing);
                }
            }
            return new Resumption(runs, changed);
        }));
    }

    /** The tasks that the daemon has, as far as the server knows. */
    public Future<List<TaskId>> active(UUID daemonId) {
        return Writes.future(database.write(session -> activeOf(session, daemonId)));
    }

    private static List<TaskId> activeOf(Session session, UUID daemonId) throws SQLException {
        return session.query(
                "select id from task where daemon_id = ? and status in " + TaskTable.ACTIVE,
                row -> TaskId.of(row.text("id")),
                daemonId);
    }

    /** A daemon that got a task again which it has at work goes on with the same run: that one stands for the new fence. */
    static void adopt(Session session, UUID daemonId, TaskId taskId, RunId runId, long fence) throws SQLException {
        int adopted = session.update(
                "update run set fence = ?, ended_at = null, completion = null where id = ? and task_id = ? and daemon_id = ?"
                        + " and fence < ?",
                fence,
                runId,
                taskId,
                daemonId,
                fence);
        if (adopted > 0) {
            session.update("update output_stream set final_length = null where run_id = ?", runId);
        }
    }

    /** A task whose daemon does not know it: queued again, at no cost where nothing was begun. */
    private static void giveUp(Session session, TaskId id, int maxRetries, Instant now) throws SQLException {
        boolean begun = session.one(
                        "select 1 as one from run r join task t on t.id = r.task_id and t.fence = r.fence where t.id = ?",
                        row -> true,
                        id)
                .isPresent();
        long fence = session.one("select fence from task where id = ?", row -> row.number("fence"), id)
                .orElse(0L);
        if (begun) {
            String reason = "the daemon came back without this run";
            HandOverTable.lost(session, id, fence, new HandOverTable.Loss(reason, maxRetries, null, false), now);
            return;
        }
        DispatchTable.putBack(session, id, fence, Duration.ZERO, now);
    }

    private static StreamLengths lengths(Session session, RunId runId) throws SQLException {
        Map<StreamName, Long> lengths = new EnumMap<>(StreamName.class);
        session.query(
                "select stream, length from output_stream where run_id = ?",
                row -> lengths.put(StreamName.of(row.text("stream")), row.number("length")),
                runId);
        return new StreamLengths(
                lengths.getOrDefault(StreamName.STDOUT, 0L),
                lengths.getOrDefault(StreamName.STDERR, 0L),
                lengths.getOrDefault(StreamName.DAEMON, 0L));
    }

    /**
     * Writes down a run of the task's present hand-over, unless it is known. Its cost starts from what the session had
     * cost before where it resumes one, since the agent's total counts on.
     */
    static void addRun(Session session, TaskId taskId, RunId runId, UUID daemonId, boolean madeByServer, Instant now)
            throws SQLException {
        session.update(
                "insert into run (id, task_id, daemon_id, fence, made_by_server, cost_total_micros, created_at)"
                        + " select ?, t.id, ?, t.fence, ?, case when t.resume_session = 0 then 0 else coalesce((select"
                        + " r.cost_total_micros from run r where r.task_id = t.id order by r.created_at desc limit 1), 0)"
                        + " end, ? from task t where t.id = ? on conflict (id) do nothing",
                runId,
                daemonId,
                madeByServer,
                now,
                taskId);
    }

    /** The run that a daemon without runs is at. */
    static Optional<RunId> openMadeByServer(Session session, UUID daemonId, TaskId taskId) throws SQLException {
        return session.one(
                "select id from run where task_id = ? and daemon_id = ? and made_by_server = 1"
                        + " order by fence desc, created_at desc limit 1",
                row -> RunId.of(row.text("id")),
                taskId,
                daemonId);
    }

    /**
     * Ends the run where its daemon has said that it is complete and all of its output is here.
     *
     * @return the task, where that was now
     */
    static Optional<TaskId> settle(Session session, RunId runId, Instant now) throws SQLException {
        Optional<JsonObject> completion = session.one(
                "select completion from run r where id = ? and completion is not null and ended_at is null"
                        + " and not exists (select 1 from output_stream s where s.run_id = r.id"
                        + " and s.length < s.final_length)",
                row -> new JsonObject(row.text("completion")),
                runId);
        if (completion.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(finish(session, runId, completion.get(), now));
    }

    private static TaskId finish(Session session, RunId runId, JsonObject completion, Instant now) throws SQLException {
        TaskId taskId = session.one(
                        "update run set ended_at = ? where id = ? returning task_id",
                        row -> TaskId.of(row.text("task_id")),
                        now,
                        runId)
                .orElseThrow();
        session.update(
                "update output_stream set final_length = length where run_id = ? and final_length is null", runId);
        session.update(
                "update task set status = case when stop_requested = 1 then 'interrupted' else ? end,"
                        + " error_message = case when stop_requested = 1 then null else ? end,"
                        + " completed_at = ?, lost = 0, version = version + 1, updated_at = ?"
                        + " where id = ? and (lost = 1 or status in " + TaskTable.ACTIVE + ")"
                        + " and fence = (select fence from run where id = ?)",
                completion.getBoolean("success", false) ? "done" : "failed",
                completion.getString("error"),
                now,
                now,
                taskId,
                runId);
        return taskId;
    }

    /** Ends the task's streams where they are now: no more output is expected. */
    static void closeStreams(Session session, TaskId taskId) throws SQLException {
        session.update(
                "update output_stream set final_length = length where task_id = ? and final_length is null", taskId);
    }
}
