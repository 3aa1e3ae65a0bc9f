package dev.makima.server.store;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.protocol.TaskState;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Changes that users make to tasks, each one conditional statement. Thread-safe. */
public final class TaskEdits {
    /** What of a task may change whatever it is at: no daemon acts on it. */
    private static final Set<String> ALWAYS = Set.of("name", "priority", "max_retries", "progress_summary");

    private final Database database;

    TaskEdits(Database database) {
        this.database = database;
    }

    /**
     * What is to be changed of a task.
     *
     * @param version only where it has this one; null for any
     * @param status what it is to be from now on; null to leave it
     * @param byItsAgent whether the task's own agent says so: then what it says of itself stands until the next start,
     *     while what anybody else says stands until the agent speaks next
     */
    public record Change(
            @Nullable Long version, @Nullable TaskState status, Map<Field, Object> fields, boolean byItsAgent) {
        /** Copies the fields. */
        public Change {
            fields = Map.copyOf(fields);
        }
    }

    /** What may be changed. */
    public enum Field {
        /** Its name. */
        NAME,
        /** What is to be done. */
        PLAN,
        /** Higher goes first. */
        PRIORITY,
        /** How often it is retried when it is lost. */
        MAX_RETRIES,
        /** What it is at, in words. */
        PROGRESS_SUMMARY,
        /** The branch that it begins at. */
        BASE_BRANCH,
        /** The branch that it goes to. */
        TARGET_BRANCH,
        /** What becomes of the work. */
        COMPLETION_ACTION,
        /** The kind of agent. */
        AGENT,
        /** The agent's model. */
        MODEL,
        /** How long a run may take. */
        TIMEOUT_SECS,
        /** What a run may cost, in millionths of a dollar. */
        MAX_COST_MICROS;

        private String column() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Changes a task.
     *
     * @return whether it was done: not where it has another version by now. Fails with NOT_FOUND, and with CONFLICT where
     *     a daemon has the task, or is about to get it, and that may not change then
     */
    public Future<Boolean> change(String ownerId, TaskId id, Change change, Instant now) {
        return Writes.future(database.write(session -> {
            Standing standing = standing(session, ownerId, id);
            if (change.version() != null && change.version() != standing.version()) {
                return false;
            }
            requireIdle(id, standing, change);
            Map<String, @Nullable Object> columns = new LinkedHashMap<>();
            change.fields().forEach((field, value) -> columns.put(field.column(), value));
            if (change.status() != null && change.status() != standing.status()) {
                columns.put("status", change.status().wire());
                ended(change.status(), columns, now);
            }
            if (columns.isEmpty()) {
                return true;
            }
            List<@Nullable Object> arguments = new ArrayList<>(columns.values());
            arguments.add(now);
            arguments.add(id);
            arguments.add(standing.version());
            boolean finished = columns.containsKey("status");
            if (finished) {
                RunTable.closeStreams(session, id);
            }
            return session.update(
                            "update task set " + String.join(" = ?, ", columns.keySet()) + " = ?,"
                                    // It holds for this run: the next one has another fence.
                                    + (change.byItsAgent() && change.fields().containsKey(Field.PROGRESS_SUMMARY)
                                            ? " summary_fence = fence,"
                                            : "")
                                    + (finished ? " lost = 0, stop_requested = 0, error_message = null," : "")
                                    + " version = version + 1, updated_at = ? where id = ? and version = ?",
                            arguments.toArray())
                    > 0;
        }));
    }

    private static void ended(TaskState status, Map<String, @Nullable Object> columns, Instant now) {
        boolean over = status.isTerminal();
        columns.put("completed_at", over ? now : null);
        if (!over) {
            columns.put("start_requested", 0);
        }
    }

    /**
     * Queues a failed or interrupted task again, to go on where it was: at the same daemon if that is there, else with its
     * newest patch and the conversation so far. Its retries count anew. Fails with NOT_FOUND, or with CONFLICT where it is
     * neither or is being deleted.
     */
    public Future<Void> retry(String ownerId, TaskId id, Instant now) {
        return Writes.future(database.write(session -> {
                    HandOverTable.unheardIfLost(session, id);
                    int changed = session.update(
                            "update task set status = 'pending', start_requested = 1, queued = 1, queued_at = ?,"
                                    + " not_before = 0, stop_requested = 0, lost = 0, retries = 0,"
                                    + " preferred_daemon_id = coalesce(daemon_id, preferred_daemon_id), daemon_id = null,"
                                    + " resume_session = case when fence > 0 then 1 else 0 end, error_message = null,"
                                    + " completion_message = null, completion_succeeded = null, completed_at = null,"
                                    + " end_told_at = null, version = version + 1, updated_at = ?"
                                    + " where id = ? and owner_id = ? and queued = 0"
                                    + " and status in ('failed', 'interrupted')" + Deletions.NOT_UNDER_WAY,
                            now,
                            now,
                            id,
                            ownerId,
                            Deletions.since(now));
                    if (changed == 0) {
                        Standing standing = standing(session, ownerId, id);
                        Deletions.requireNone(session, id, now);
                        throw new MakimaException(
                                ErrorCode.CONFLICT,
                                "task " + id + " is " + standing.words() + ": there is nothing to try again",
                                "Start it, or make one that continues from it");
                    }
                    HandOverTable.forgive(session, id);
                    return changed;
                }))
                .mapEmpty();
    }

    private record Standing(TaskState status, boolean queued, long version) {
        private boolean idle() {
            return !queued && (status == TaskState.PENDING || status.isTerminal());
        }

        private String words() {
            return queued ? "waiting for a daemon" : status.wire();
        }
    }

    private static void requireIdle(TaskId id, Standing standing, Change change) {
        List<String> late = change.fields().keySet().stream()
                .map(Field::column)
                .filter(column -> !ALWAYS.contains(column))
                .sorted()
                .toList();
        boolean changesStatus = change.status() != null && change.status() != standing.status();
        if (!standing.idle() && (changesStatus || !late.isEmpty())) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "task " + id + " is " + standing.words() + ": now its "
                            + (changesStatus ? "status" : String.join(", ", late)) + " can't be changed",
                    "Stop it first");
        }
    }

    private static Standing standing(Session session, String ownerId, TaskId id) throws SQLException {
        return session.one(
                        "select status, queued, version from task where id = ? and owner_id = ?",
                        row -> new Standing(
                                TaskState.of(row.text("status")), row.flag("queued"), row.number("version")),
                        id,
                        ownerId)
                .orElseThrow(() ->
                        new MakimaException(ErrorCode.NOT_FOUND, "no task " + id, "See the list of tasks for the ids"));
    }
}
