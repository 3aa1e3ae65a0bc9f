package dev.makima.server.store;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The tasks, as users see and change them. Thread-safe. */
public final class TaskTable {
    /** The states in which a daemon has the task. */
    static final String ACTIVE = "('starting', 'initializing', 'running', 'paused', 'blocked')";

    private final Database database;
    private final Chronicle chronicle;
    private final Reads reads;

    TaskTable(Database database, Chronicle chronicle, Reads reads) {
        this.database = database;
        this.chronicle = chronicle;
        this.reads = reads;
    }

    /** A task to be made. */
    public record NewTask(String ownerId, String accountId, String name, String plan, Task.Spec spec, boolean start) {
        /** The same with another specification. */
        public NewTask with(Task.Spec other) {
            return new NewTask(ownerId, accountId, name, plan, other, start);
        }
    }

    /** A task, the tasks that it has made, and what else belongs to its contract: what its agent may see. */
    public record Family(TaskId taskId, @Nullable String contractId) {
        /** Whether the task belongs to it. */
        public boolean has(Task task) {
            return task.id().equals(taskId)
                    || taskId.toString().equals(task.spec().parentTaskId())
                    || (contractId != null && contractId.equals(task.spec().contractId()));
        }
    }

    /** Where a page of the list ended. */
    public record Position(Instant createdAt, String id) {}

    /**
     * What stopping a task takes.
     *
     * @param daemonId who has to be told, or null where the task is over already
     */
    public record Stop(@Nullable UUID daemonId) {}

    /** Makes a task. */
    public Future<TaskId> add(NewTask task, Instant now) {
        TaskId id = new TaskId(UUID.randomUUID());
        return Writes.future(database.write(session -> insert(session, id, task, now)));
    }

    /** Makes a task in a transaction. */
    static TaskId insert(Session session, TaskId id, NewTask task, Instant now) throws SQLException {
        Task.Spec spec = task.spec();
        requireOwn(session, task.ownerId(), spec.continueFromTaskId());
        session.update(
                "insert into task (id, owner_id, account_id, name, plan, status, repository_url, base_branch,"
                        + " target_branch, target_repo_path, completion_action, parent_task_id, contract_id,"
                        + " continue_from_task_id, copy_files, depth, priority, agent, model, timeout_secs,"
                        + " max_cost_micros, autonomous_loop, local_only, auto_merge_local, is_supervisor, max_retries,"
                        + " start_requested, queued, queued_at, created_at, updated_at)"
                        + " values (?, ?, ?, ?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                        + " ?, ?, ?, ?, ?)",
                id,
                task.ownerId(),
                task.accountId(),
                task.name(),
                task.plan(),
                spec.repositoryUrl(),
                spec.baseBranch(),
                spec.targetBranch(),
                spec.targetRepoPath(),
                spec.completionAction(),
                spec.parentTaskId(),
                spec.contractId(),
                spec.continueFromTaskId(),
                spec.copyFiles().isEmpty() ? null : String.join("\n", spec.copyFiles()),
                depth(session, task),
                spec.priority(),
                spec.agent(),
                spec.model(),
                spec.timeoutSecs(),
                spec.maxCostMicros(),
                spec.autonomousLoop(),
                spec.localOnly(),
                spec.autoMergeLocal(),
                spec.isSupervisor(),
                spec.maxRetries(),
                task.start(),
                task.start(),
                task.start() ? now : null,
                now,
                now);
        return id;
    }

    /** 0 for a task of its own, 1 for one of such a task, 2 for whatever is below. */
    private static int depth(Session session, NewTask task) throws SQLException {
        String parent = task.spec().parentTaskId();
        if (parent == null) {
            return 0;
        }
        return session.one(
                        "select depth from task where id = ? and owner_id = ?",
                        row -> Math.min(2, row.integer("depth") + 1),
                        parent,
                        task.ownerId())
                .orElseThrow(
                        () -> new MakimaException(ErrorCode.NOT_FOUND, "no task " + parent, "Check \"parentTaskId\""));
    }

    /** What a task begins with is sent to its daemon: another owner's work must not be. */
    private static void requireOwn(Session session, String ownerId, @Nullable String continued) throws SQLException {
        if (continued != null
                && session.one(
                                "select id from task where id = ? and owner_id = ?",
                                row -> row.text("id"),
                                continued,
                                ownerId)
                        .isEmpty()) {
            throw new MakimaException(ErrorCode.NOT_FOUND, "no task " + continued, "Check \"continueFromTaskId\"");
        }
    }

    /** One of the owner's tasks. */
    public Future<Optional<Task>> get(String ownerId, TaskId id) {
        return reads.one("select * from task where id = ? and owner_id = ?", Task::of, id.toString(), ownerId);
    }

    /** A task, whose ever it is: for the server's own use. */
    public Future<Optional<Task>> get(TaskId id) {
        return reads.one("select * from task where id = ?", Task::of, id.toString());
    }

    /** Whether tasks were made below it. */
    public Future<Boolean> hasSubtasks(TaskId id) {
        return reads.one("select 1 as one from task where parent_task_id = ? limit 1", row -> true, id.toString())
                .map(Optional::isPresent);
    }

    /** The owner's tasks without their plans, newest first. */
    public Future<List<Task>> list(String ownerId, TaskFilter filter) {
        return filter.query(reads, ownerId);
    }

    /**
     * Queues a task for a daemon: one that was never started, or that is over. Fails with NOT_FOUND, or with CONFLICT
     * where it is active, queued or being deleted already.
     */
    public Future<Void> start(String ownerId, TaskId id, Instant now) {
        return Writes.future(database.write(session -> {
                    HandOverTable.unheardIfLost(session, id);
                    int changed = session.update(
                            "update task set status = 'pending', start_requested = 1, queued = 1, queued_at = ?,"
                                    + " not_before = 0, stop_requested = 0, lost = 0, retries = 0, daemon_id = null,"
                                    // A supervisor that is started again goes on where it was.
                                    + " resume_session = case when is_supervisor = 1 and fence > 0 then 1 else 0 end,"
                                    + " preferred_daemon_id = null,"
                                    + " error_message = null, progress_summary = null, completion_message = null,"
                                    + " completion_succeeded = null,"
                                    + " started_at = null, completed_at = null, end_told_at = null, version = version + 1, updated_at = ?"
                                    + " where id = ? and owner_id = ? and queued = 0"
                                    + " and status in ('pending', 'done', 'failed', 'interrupted')"
                                    + Deletions.NOT_UNDER_WAY,
                            now,
                            now,
                            id,
                            ownerId,
                            Deletions.since(now));
                    if (changed == 0) {
                        String status = status(session, ownerId, id);
                        Deletions.requireNone(session, id, now);
                        throw new MakimaException(
                                ErrorCode.CONFLICT,
                                "task " + id + " is started already: it is " + status,
                                "Stop it first, or wait for its end");
                    }
                    HandOverTable.forgive(session, id);
                    return changed;
                }))
                .mapEmpty();
    }

    /**
     * Stops a task. One that no daemon has yet, or whose daemon is away, is interrupted at once; for any other it is
     * written down, and its daemon has to be told. One that is over stays as it is. Fails with NOT_FOUND.
     */
    public Future<Stop> stop(String ownerId, TaskId id, Instant now) {
        return Writes.future(database.write(session -> {
            status(session, ownerId, id);
            int waiting = session.update(
                    "update task set status = 'interrupted', queued = 0, stop_requested = 1, completed_at = ?,"
                            + " version = version + 1, updated_at = ? where id = ? and status = 'pending'",
                    now,
                    now,
                    id);
            if (waiting > 0) {
                HandOverTable.unheard(session, id);
                return new Stop(null);
            }
            session.update(
                    "update task set stop_requested = 1, version = version + 1, updated_at = ? where id = ?"
                            + " and status in " + ACTIVE,
                    now,
                    id);
            int away = session.update(
                    "update task set status = 'interrupted', completed_at = ?, version = version + 1 where id = ?"
                            + " and status in " + ACTIVE
                            + " and not exists (select 1 from daemon d where d.id = task.daemon_id and d.connected = 1)",
                    now,
                    id);
            if (away > 0) {
                HandOverTable.unheard(session, id);
                RunTable.closeStreams(session, id);
                return new Stop(null);
            }
            return session.one(
                            "select daemon_id from task where id = ? and status in " + ACTIVE,
                            row -> new Stop(UUID.fromString(row.text("daemon_id"))),
                            id)
                    .orElse(new Stop(null));
        }));
    }

    /**
     * Begins the deletion of a task, for what is to be done before it goes: until {@link #delete}, {@link #keep} or the end of
     * two minutes nobody starts it. Fails as {@link #delete} would, and with CONFLICT where that is under way already.
     */
    public Future<Void> beginDeletion(String ownerId, TaskId id, Instant now) {
        return Writes.future(database.write(session -> {
                    requireDeletable(session, ownerId, id);
                    Deletions.begin(session, id, now);
                    return true;
                }))
                .mapEmpty();
    }

    /** The task whose deletion was begun stays. */
    public Future<Void> keep(TaskId id) {
        return Writes.future(database.write(session -> Deletions.giveUp(session, id)))
                .mapEmpty();
    }

    /** Deletes a task with all its output. Fails with NOT_FOUND, or with CONFLICT where it is active or queued. */
    public Future<Void> delete(String ownerId, TaskId id, Instant now) {
        return chronicle
                .write(now, (session, page) -> {
                    requireDeletable(session, ownerId, id);
                    session.update(
                            "delete from output_chunk where stream_id in (select id from output_stream where task_id = ?)",
                            id);
                    for (String table : List.of(
                            "entry", "checkpoint", "output_stream", "run", "tool_key", "hand_over", "task_command")) {
                        session.update("delete from " + table + " where task_id = ?", id);
                    }
                    Deletions.deleted(session, id, now);
                    page.ofTask(id, "task_deleted", named(session, id));
                    return session.update("delete from task where id = ?", id);
                })
                .mapEmpty();
    }

    private static boolean requireDeletable(Session session, String ownerId, TaskId id) throws SQLException {
        String status = status(session, ownerId, id);
        if (ContractTable.isLed(session, id)) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "task " + id + " leads a contract",
                    "Delete the contract: makima contracts delete ID");
        }
        return session.one(
                        "select id from task where id = ? and queued = 0 and status not in " + ACTIVE, row -> true, id)
                .orElseThrow(() -> new MakimaException(
                        ErrorCode.CONFLICT, "task " + id + " is " + status, "Stop it before you delete it"));
    }

    private static JsonObject named(Session session, TaskId id) throws SQLException {
        return new JsonObject()
                .put(
                        "name",
                        session.one("select name from task where id = ?", row -> row.text("name"), id)
                                .orElse(""));
    }

    private static String status(Session session, String ownerId, TaskId id) throws SQLException {
        return session.one(
                        "select status, queued from task where id = ? and owner_id = ?",
                        row -> row.flag("queued") ? "waiting for a daemon" : row.text("status"),
                        id,
                        ownerId)
                .orElseThrow(() ->
                        new MakimaException(ErrorCode.NOT_FOUND, "no task " + id, "See the list of tasks for the ids"));
    }
}
