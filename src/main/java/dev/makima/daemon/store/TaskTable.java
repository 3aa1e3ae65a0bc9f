package dev.makima.daemon.store;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.git.Worktree;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.FrameException;
import dev.makima.protocol.SpawnTask;
import dev.makima.protocol.TaskState;
import dev.makima.sql.Row;
import dev.makima.sql.Session;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of table task. */
final class TaskTable {
    private static final String COLUMNS = "task_id, run_id, fence, state, spawn, session_id, launches, directory,"
            + " repository, branch, base_branch, base_sha, worktree_of, error";
    private static final String SELECT = "SELECT " + COLUMNS + ", started_at, loop_progress FROM task LEFT JOIN"
            + " (SELECT run_id AS last_run, started_at, loop_progress FROM run) ON last_run = run_id";

    private static final String SWEEP = "DELETE FROM task WHERE forgotten AND NOT EXISTS"
            + " (SELECT 1 FROM run WHERE run.task_id = task.task_id AND run.released_at IS NULL) AND task_id = ";

    private final Clock clock;

    TaskTable(Clock clock) {
        this.clock = clock;
    }

    void save(Session session, TaskRecord task) throws SQLException {
        @Nullable Worktree tree = task.worktree();
        session.update(
                "INSERT INTO task (" + COLUMNS + ", updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                        + " ON CONFLICT (task_id) DO UPDATE SET run_id = excluded.run_id, fence = excluded.fence,"
                        + " state = excluded.state, spawn = excluded.spawn, session_id = excluded.session_id,"
                        + " launches = excluded.launches, directory = excluded.directory,"
                        + " repository = excluded.repository, branch = excluded.branch,"
                        + " base_branch = excluded.base_branch, base_sha = excluded.base_sha,"
                        + " worktree_of = excluded.worktree_of,"
                        + " error = excluded.error, updated_at = excluded.updated_at, forgotten = 0",
                task.taskId(),
                task.runId(),
                task.fence(),
                task.state().wire(),
                // The patch may be megabytes, and is of no use once there is a place to work: a new run brings its own.
                FrameCodec.encode(task.spawn().toBuilder().patchData(null).build()),
                task.sessionId(),
                task.launches(),
                task.directory() == null ? null : task.directory().toString(),
                tree == null ? null : tree.repository().toString(),
                tree == null ? null : tree.branch(),
                tree == null ? null : tree.baseBranch(),
                tree == null ? null : tree.baseSha(),
                task.sharesWorktree() ? Objects.requireNonNull(tree).taskId() : null,
                task.error(),
                clock.instant());
    }

    Optional<TaskRecord> find(Session session, TaskId taskId) throws SQLException {
        return session.one(SELECT + " WHERE task_id = ?", TaskTable::read, taskId);
    }

    /** The number of the task's newest hand-over; 0 for none. */
    static long fence(Session session, TaskId taskId) throws SQLException {
        return session.one("SELECT fence FROM task WHERE task_id = ?", row -> row.number("fence"), taskId)
                .orElse(0L);
    }

    /** The tasks that were given to another daemon after their newest hand-over to this one, with that hand-over. */
    static Map<TaskId, Long> taken(Session session) throws SQLException {
        Map<TaskId, Long> taken = new HashMap<>();
        session.query(
                        "SELECT task_id, taken_after FROM task WHERE taken_after >= fence",
                        row -> Map.entry(TaskId.of(row.text("task_id")), row.number("taken_after")))
                .forEach(one -> taken.put(one.getKey(), one.getValue()));
        return taken;
    }

    List<TaskRecord> unfinished(Session session) throws SQLException {
        return session.query(
                SELECT + " WHERE state NOT IN ('done', 'failed', 'interrupted') ORDER BY updated_at", TaskTable::read);
    }

    Set<TaskId> family(Session session, TaskId taskId) throws SQLException {
        return Set.copyOf(session.query(
                "SELECT task_id FROM task WHERE NOT forgotten AND task_id <> ? AND (json_extract(spawn, '$.parentTaskId') = ?"
                        + " OR json_extract(spawn, '$.contractId') ="
                        + " (SELECT json_extract(spawn, '$.contractId') FROM task WHERE task_id = ?))",
                row -> TaskId.of(row.text("task_id")),
                taskId,
                taskId,
                taskId));
    }

    /**
     * The row of a task that is over goes. While output of it is still to be sent, which may have to hide secrets that
     * only the row knows, all but those goes instead, and {@link #sweep} ends it.
     */
    void forget(Session session, TaskId taskId) throws SQLException {
        session.update(
                "UPDATE task SET forgotten = 1, directory = NULL, repository = NULL, branch = NULL,"
                        + " base_branch = NULL, base_sha = NULL, worktree_of = NULL, session_id = NULL"
                        + " WHERE task_id = ? AND state IN ('done', 'failed', 'interrupted')",
                taskId);
        session.update(SWEEP + "?", taskId);
    }

    /** The last output of this run has arrived: a task that was forgotten meanwhile goes. */
    void sweep(Session session, RunId runId) throws SQLException {
        session.update(SWEEP + "(SELECT run.task_id FROM run WHERE run.run_id = ?)", runId);
    }

    private static TaskRecord read(Row row) throws SQLException {
        TaskId taskId = TaskId.of(row.text("task_id"));
        @Nullable String directory = row.textOrNull("directory");
        @Nullable String session = row.textOrNull("session_id");
        return new TaskRecord(
                taskId,
                RunId.of(row.text("run_id")),
                row.number("fence"),
                TaskState.of(row.text("state")),
                spawn(row.text("spawn")),
                session == null ? null : UUID.fromString(session),
                row.integer("launches"),
                directory == null ? null : Path.of(directory),
                worktree(row, taskId, directory),
                row.textOrNull("error"),
                RunProgress.of(row.instantOrNull("started_at"), row.textOrNull("loop_progress")));
    }

    private static @Nullable Worktree worktree(Row row, TaskId taskId, @Nullable String directory) throws SQLException {
        @Nullable String repository = row.textOrNull("repository");
        if (repository == null || directory == null) {
            return null;
        }
        @Nullable String owner = row.textOrNull("worktree_of");
        return new Worktree(
                owner == null ? taskId : TaskId.of(owner),
                Path.of(directory),
                Path.of(repository),
                row.text("branch"),
                row.text("base_branch"),
                row.text("base_sha"),
                List.of());
    }

    private static SpawnTask spawn(String json) {
        try {
            if (FrameCodec.decodeServerFrame(json) instanceof SpawnTask spawn) {
                return spawn;
            }
        } catch (FrameException e) {
            throw new MakimaException(ErrorCode.DB_ERROR, "a task in the daemon's database cannot be read", null, e);
        }
        throw new MakimaException(ErrorCode.DB_ERROR, "a task in the daemon's database is no task");
    }
}
