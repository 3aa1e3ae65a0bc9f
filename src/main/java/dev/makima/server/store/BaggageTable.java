package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a task that is handed over again takes along: read from checkpoints and entries. Thread-safe. */
public final class BaggageTable {
    private static final int ENTRIES_MAX = 400;

    private final Database database;

    BaggageTable(Database database) {
        this.database = database;
    }

    /** @param by the daemon that made it, where that is known */
    private record Patch(
            @Nullable String data,
            @Nullable String baseSha,
            long fence,
            @Nullable String by) {
        private static final Patch NONE = new Patch(null, null, 0, null);
    }

    /**
     * What the task takes along by that fence: of its own work, unless its daemon is the one that had it before and made the
     * newest checkpoint; else of the work that it continues from, unless that is on its daemon. Whether what its daemon has
     * itself is newer still, the daemon tells by the patch's fence.
     *
     * @param resumes whether it goes on with work of its own
     */
    public Future<Baggage> of(TaskId taskId, long fence, boolean resumes) {
        return Writes.future(database.write(session -> {
            Optional<String> now = HandOverTable.holder(session, taskId, fence);
            if (!resumes) {
                Patch patch = continued(session, taskId, now);
                return new Baggage(patch.data(), patch.baseSha(), null, Baggage.NONE.conversation());
            }
            Optional<String> before = lastWorker(session, taskId, fence);
            Patch own = patch(session, taskId);
            // Its daemon may have had it last, and have ended before it had anything of the other's.
            boolean othersPatch = own.by() != null && !now.equals(Optional.of(own.by()));
            if (!othersPatch && (before.isEmpty() || now.equals(before))) {
                return Baggage.NONE;
            }
            Patch patch = own.data() == null ? continued(session, taskId, now) : own;
            // What else has these words in it is left out by the conversation itself.
            List<String> bodies = session.query(
                    "select body from entry where task_id = ? and (body like '%\"messageType\":\"assistant\"%'"
                            + " or body like '%\"messageType\":\"user\"%') order by seq desc limit ?",
                    row -> row.text("body"), taskId, ENTRIES_MAX);
            return new Baggage(
                    patch.data(), patch.baseSha(), own.fence() > 0 ? own.fence() : null, Baggage.conversation(bodies));
        }));
    }

    /** The daemon that has worked at it last; those that only refused it have nothing of it. */
    private static Optional<String> lastWorker(Session session, TaskId taskId, long fence) throws SQLException {
        return session.one(
                "select daemon_id from run where task_id = ? and fence < ? order by fence desc limit 1",
                row -> row.text("daemon_id"),
                taskId,
                fence);
    }

    private static Patch continued(Session session, TaskId taskId, Optional<String> now) throws SQLException {
        Optional<TaskId> elsewhere = session.one(
                "select c.id from task t join task c on c.id = t.continue_from_task_id"
                        + " and c.owner_id = t.owner_id where t.id = ?"
                        + " and c.daemon_id is not null and c.daemon_id <> ?",
                row -> TaskId.of(row.text("id")),
                taskId,
                now.orElse(""));
        return elsewhere.isPresent() ? patch(session, elsewhere.get()) : Patch.NONE;
    }

    private static Patch patch(Session session, TaskId taskId) throws SQLException {
        return session.one(
                        "select c.patch_data, c.patch_base_sha, c.fence, h.daemon_id from checkpoint c"
                                + " left join hand_over h on h.task_id = c.task_id and h.fence = c.fence"
                                + " where c.task_id = ? and c.patch_data is not null and c.patch_base_sha is not null"
                                + " order by c.fence desc, c.created_at desc, c.ordinal desc limit 1",
                        row -> new Patch(
                                row.text("patch_data"),
                                row.text("patch_base_sha"),
                                row.number("fence"),
                                row.textOrNull("daemon_id")),
                        taskId)
                .orElse(Patch.NONE);
    }
}
