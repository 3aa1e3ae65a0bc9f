package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.protocol.TaskState;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What has happened to tasks and contracts, in order. Thread-safe. */
public final class HistoryTable {
    private static final int NOTED_AT_ONCE = 200;
    /** The same words as in the index, by which only tasks are looked at that have changed. */
    private static final String TO_NOTE = "(noted_status is null or noted_status <> status"
            + " or (noted_fence < fence and status in ('running', 'paused', 'blocked', 'done', 'failed', 'interrupted')))";

    /** What there can be in a history. */
    public static final List<String> KINDS = List.of(
            "task_created",
            "task_started",
            "task_status",
            "task_completed",
            "task_failed",
            "task_interrupted",
            "task_deleted",
            "task_merged",
            "checkpoint_created",
            "login_needed",
            "contract_created",
            "contract_changed",
            "phase_changed",
            "contract_completed",
            "contract_deleted",
            "deliverable_marked",
            "question_asked",
            "question_answered",
            "document_created",
            "document_changed",
            "document_deleted",
            "document_synced",
            "document_sync_failed",
            "report",
            "pull_request_asked",
            "pull_request_made",
            "pull_request_failed",
            "supervisor_state",
            "supervisor_restarted");

    private final Chronicle chronicle;
    private final Reads reads;

    HistoryTable(Chronicle chronicle, Reads reads) {
        this.chronicle = chronicle;
        this.reads = reads;
    }

    /**
     * Something that has happened.
     *
     * @param id grows from one to the next
     * @param kind what, such as task_started
     * @param body the details, a JSON object
     */
    public record Event(
            long id,
            Instant at,
            String kind,
            @Nullable String contractId,
            @Nullable String taskId,
            String body) {}

    /**
     * Which events to list; null for what does not matter.
     *
     * @param before those below this id
     */
    public record Filter(
            @Nullable String contractId,
            @Nullable String taskId,
            @Nullable String kind,
            @Nullable Long before,
            int limit) {}

    /** Those of an owner that match, newest first. */
    public Future<List<Event>> list(String ownerId, Filter filter) {
        StringBuilder where = new StringBuilder("owner_id = ?");
        List<Object> arguments = new ArrayList<>(List.of(ownerId));
        and(where, arguments, " and contract_id = ?", filter.contractId());
        and(where, arguments, " and task_id = ?", filter.taskId());
        and(where, arguments, " and kind = ?", filter.kind());
        and(where, arguments, " and id < ?", filter.before());
        arguments.add(filter.limit());
        return read(where + " order by id desc limit ?", arguments);
    }

    private static void and(StringBuilder where, List<Object> arguments, String clause, @Nullable Object argument) {
        if (argument != null) {
            where.append(clause);
            arguments.add(argument);
        }
    }

    /**
     * Those of an owner after an id, oldest first.
     *
     * @param contractId only those of that contract; null for all
     */
    public Future<List<Event>> after(String ownerId, @Nullable UUID contractId, long id, int limit) {
        StringBuilder where = new StringBuilder("owner_id = ? and id > ?");
        List<Object> arguments = new ArrayList<>(List.of(ownerId, id));
        and(where, arguments, " and contract_id = ?", contractId == null ? null : contractId.toString());
        arguments.add(limit);
        return read(where + " order by id limit ?", arguments);
    }

    /**
     * From where to where an owner's history is kept.
     *
     * @param trimmedTo the id up to which it is not kept any more; 0 where nothing was trimmed
     * @param last the id of the last event; 0 before the first
     */
    public record Kept(long trimmedTo, long last) {}

    /** From where to where the owner's is kept. */
    public Future<Kept> kept(String ownerId) {
        return reads.one(
                        "select history_trimmed_to as trimmed, (select coalesce(max(id), 0) from history h"
                                + " where h.owner_id = owner.id) as last from owner where id = ?",
                        row -> {
                            long trimmed = Columns.number(row, "trimmed");
                            return new Kept(trimmed, Math.max(trimmed, Columns.number(row, "last")));
                        },
                        ownerId)
                .map(found -> found.orElse(new Kept(0, 0)));
    }

    /** Whether what happened to a contract is kept from its beginning on. */
    public Future<Boolean> isWhole(UUID contractId) {
        return reads.one(
                        "select 1 as one from history where contract_id = ? and kind = 'contract_created' limit 1",
                        _ -> true,
                        contractId.toString())
                .map(Optional::isPresent);
    }

    private Future<List<Event>> read(String where, List<Object> arguments) {
        return reads.query(
                "select id, at, kind, contract_id, task_id, body from history where " + where,
                row -> new Event(
                        Columns.number(row, "id"),
                        Columns.instant(row, "at"),
                        Columns.text(row, "kind"),
                        Columns.textOrNull(row, "contract_id"),
                        Columns.textOrNull(row, "task_id"),
                        Columns.text(row, "body")),
                arguments.toArray());
    }

    /**
     * Writes down how tasks' states have changed since it was last called: it is the tasks' rows that tell, so that nothing
     * is missed, whoever has changed them. What changes more than once in between is told of by where it ends; that a task
     * was handed over once more is always told.
     *
     * @return whether there may be more
     */
    public Future<Boolean> noteTasks(Instant now) {
        return reads.one("select 1 as one from task where " + TO_NOTE + " limit 1", row -> true)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(false)
                        : chronicle.write(now, (session, page) -> {
                            List<Changed> changed = changed(session);
                            for (Changed task : changed) {
                                note(session, page, task);
                            }
                            return changed.size() == NOTED_AT_ONCE;
                        }));
    }

    private record Changed(
            TaskId id,
            String ownerId,
            @Nullable String contractId,
            String name,
            boolean isSupervisor,
            TaskState status,
            @Nullable String error,
            long fence,
            long ranFence,
            @Nullable TaskState notedStatus,
            long notedFence) {
        /** Whether it has run by a hand-over that was not told of. */
        private boolean ranAgain() {
            boolean ran = switch (status) {
                case RUNNING, PAUSED, BLOCKED, DONE -> true;
                case PENDING, INITIALIZING, STARTING, FAILED, INTERRUPTED -> ranFence == fence;
            };
            return ran && fence > notedFence;
        }
    }

    private static List<Changed> changed(Session session) throws SQLException {
        return session.query(
                "select id, owner_id, contract_id, name, is_supervisor, status, error_message, fence, ran_fence,"
                        + " noted_status, noted_fence from task where " + TO_NOTE + " order by updated_at limit "
                        + NOTED_AT_ONCE,
                row -> {
                    String noted = row.textOrNull("noted_status");
                    return new Changed(
                            TaskId.of(row.text("id")),
                            row.text("owner_id"),
                            row.textOrNull("contract_id"),
                            row.text("name"),
                            row.flag("is_supervisor"),
                            TaskState.of(row.text("status")),
                            row.textOrNull("error_message"),
                            row.number("fence"),
                            row.number("ran_fence"),
                            noted == null ? null : TaskState.of(noted),
                            row.number("noted_fence"));
                });
    }

    private static void note(Session session, Chronicle.Page page, Changed task) throws SQLException {
        if (task.notedStatus() == null) {
            add(page, task, "task_created", body(task));
        }
        boolean again = task.ranAgain();
        if (again) {
            add(page, task, "task_started", body(task).put("attempt", task.fence()));
        }
        boolean isNew = task.notedStatus() == null && task.status() == TaskState.PENDING;
        boolean moved = task.status() != task.notedStatus() && !isNew;
        switch (task.status()) {
            case PENDING, INITIALIZING, STARTING, PAUSED, BLOCKED -> {
                if (moved) {
                    add(page, task, "task_status", status(task));
                }
            }
            case RUNNING -> {
                // That it was started says so.
                if (moved && !again) {
                    add(page, task, "task_status", status(task));
                }
            }
            case DONE -> add(page, task, "task_completed", status(task));
            case FAILED -> {
                JsonObject body = status(task);
                add(page, task, "task_failed", task.error() == null ? body : body.put("error", task.error()));
            }
            case INTERRUPTED -> add(page, task, "task_interrupted", status(task));
        }
        session.update(
                "update task set noted_status = ?, noted_fence = ? where id = ?",
                task.status().wire(),
                isWaiting(task.status()) ? task.notedFence() : task.fence(),
                task.id());
    }

    /** Whether it has not run yet by its present hand-over. */
    private static boolean isWaiting(TaskState state) {
        return state == TaskState.PENDING || state == TaskState.INITIALIZING || state == TaskState.STARTING;
    }

    private static JsonObject body(Changed task) {
        return new JsonObject().put("name", task.name()).put("isSupervisor", task.isSupervisor());
    }

    private static JsonObject status(Changed task) {
        return body(task).put("status", task.status().wire());
    }

    private static void add(Chronicle.Page page, Changed task, String kind, JsonObject body) throws SQLException {
        page.add(task.ownerId(), task.contractId(), task.id().toString(), kind, body);
    }
}
