package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The keys that daemons have given to the agents of tasks, of which only the hashes are kept: at most one for a task,
 * worth something as long as the task is active. Thread-safe.
 */
public final class ToolKeyTable {
    private final Database database;
    private final Reads reads;

    ToolKeyTable(Database database, Reads reads) {
        this.database = database;
        this.reads = reads;
    }

    /**
     * Who calls with a tool key.
     *
     * @param accountId the account that made the task
     * @param makesTasks whether the task is one that works by way of others
     * @param isSupervisor whether it leads its contract
     */
    public record Holder(
            TaskId taskId,
            String ownerId,
            String accountId,
            @Nullable String contractId,
            boolean makesTasks,
            boolean isSupervisor,
            Instant createdAt) {
        /** What it may see. */
        public TaskTable.Family family() {
            return new TaskTable.Family(taskId, contractId);
        }
    }

    /**
     * Keeps the key of a task that the daemon has, in place of a former one.
     *
     * @param hash SHA-256 of the key in hexadecimal digits
     * @return whether it is kept: not where the daemon does not have the task, or another task has that key
     */
    public Future<Boolean> register(
            UUID daemonId, TaskId taskId, @Nullable Long fence, String hash, @Nullable String eventId, Instant now) {
        return Writes.future(database.write(session -> TaskEventTable.isNew(session, daemonId, eventId, now)
                && has(session, daemonId, taskId, fence)
                && session.update(
                                "insert into tool_key (task_id, hash, created_at) select ?, ?, ?"
                                        + " where not exists (select 1 from tool_key where hash = ? and task_id <> ?)"
                                        + " on conflict (task_id) do update set hash = excluded.hash,"
                                        + " created_at = excluded.created_at",
                                taskId,
                                hash,
                                now,
                                hash,
                                taskId)
                        > 0));
    }

    /** Forgets the task's key. */
    public Future<Boolean> revoke(
            UUID daemonId, TaskId taskId, @Nullable Long fence, @Nullable String eventId, Instant now) {
        return Writes.future(database.write(session -> TaskEventTable.isNew(session, daemonId, eventId, now)
                && has(session, daemonId, taskId, fence)
                && session.update("delete from tool_key where task_id = ?", taskId) > 0));
    }

    /** Whose key has that hash, unless the task has ended. */
    public Future<Optional<Holder>> valid(String hash) {
        return reads.one(
                "select t.id, t.owner_id, t.account_id, t.contract_id, t.is_supervisor, k.created_at,"
                        + " case when t.is_supervisor = 1 or (t.depth = 0 and exists"
                        + " (select 1 from task c where c.parent_task_id = t.id)) then 1 else 0 end as makes_tasks"
                        + " from tool_key k join task t on t.id = k.task_id where k.hash = ? and t.status in "
                        + TaskTable.ACTIVE,
                ToolKeyTable::holder,
                hash);
    }

    private static boolean has(Session session, UUID daemonId, TaskId taskId, @Nullable Long fence)
            throws SQLException {
        return session.one(
                        "select 1 as one from task where id = ? and daemon_id = ? and queued = 0 and fence <= ?",
                        row -> true,
                        taskId,
                        daemonId,
                        fence == null || fence == 0 ? Long.valueOf(Long.MAX_VALUE) : fence)
                .isPresent();
    }

    private static Holder holder(Row row) {
        return new Holder(
                TaskId.of(Columns.text(row, "id")),
                Columns.text(row, "owner_id"),
                Objects.requireNonNullElse(Columns.textOrNull(row, "account_id"), ""),
                Columns.textOrNull(row, "contract_id"),
                Columns.flag(row, "makes_tasks"),
                Columns.flag(row, "is_supervisor"),
                Columns.instant(row, "created_at"));
    }
}
