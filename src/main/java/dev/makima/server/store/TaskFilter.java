package dev.makima.server.store;

import dev.makima.protocol.TaskState;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks to list.
 *
 * @param idBeginning how the id begins, at least one digit, in lower case and with hyphens where an id has them
 * @param text part of the name or the plan
 * @param contractId only its members
 * @param parentId only those made by this task
 * @param family only its tasks
 * @param before the last task of the page before this one
 * @param limit at most so many
 */
public record TaskFilter(
        @Nullable TaskState status,
        @Nullable String idBeginning,
        @Nullable String text,
        @Nullable String daemonId,
        @Nullable String contractId,
        @Nullable String parentId,
        TaskTable.@Nullable Family family,
        TaskTable.@Nullable Position before,
        int limit) {
    /**
     * The owner's, where something else leaves few: written so that no index of the owner's fits. SQLite would take the
     * one that has the order too, and then read all tasks of the owner to find those few.
     */
    static final String FEW = "owner_id || '' = ?";

    private static final String LOWEST = "00000000-0000-0000-0000-000000000000";
    private static final String HIGHEST = "ffffffff-ffff-ffff-ffff-ffffffffffff";

    /** Whether it leaves few of all tasks: those of a contract, of a task, or with almost that id. */
    private boolean isNarrow() {
        return idBeginning != null || contractId != null || parentId != null || family != null;
    }

    /** The owner's tasks that are meant, without their plans, newest first. */
    Future<List<Task>> query(Reads reads, String ownerId) {
        List<Object> arguments = new ArrayList<>();
        String sql = sql(ownerId, arguments);
        return reads.query(sql, Task::of, arguments.toArray());
    }

    /** The statement; what it is to be given is added to the arguments. */
    String sql(String ownerId, List<Object> arguments) {
        StringBuilder sql = new StringBuilder("select " + Task.LISTED + " from task where ");
        sql.append(isNarrow() ? FEW : "owner_id = ?");
        arguments.add(ownerId);
        if (status != null) {
            sql.append(" and status = ?");
            arguments.add(status.wire());
        }
        if (idBeginning != null) {
            // Two whole ids: any order of texts puts those between them that begin so, and the index of the ids has it.
            sql.append(" and id between ? and ?");
            arguments.add(idBeginning + LOWEST.substring(idBeginning.length()));
            arguments.add(idBeginning + HIGHEST.substring(idBeginning.length()));
        }
        if (daemonId != null) {
            sql.append(" and daemon_id = ?");
            arguments.add(daemonId);
        }
        if (contractId != null) {
            sql.append(" and contract_id = ?");
            arguments.add(contractId);
        }
        if (parentId != null) {
            sql.append(" and parent_task_id = ?");
            arguments.add(parentId);
        }
        if (family != null) {
            sql.append(" and (id = ? or parent_task_id = ? or contract_id = ?)");
            arguments.add(family.taskId().toString());
            arguments.add(family.taskId().toString());
            // No contract has this id; null would do as well, but a list holds none.
            arguments.add(Objects.requireNonNullElse(family.contractId(), ""));
        }
        if (text != null) {
            sql.append(" and (lower(name) like lower(?) escape '\\' or lower(plan) like lower(?) escape '\\')");
            String pattern = "%" + text.replaceAll("([\\\\%_])", "\\\\$1") + "%";
            arguments.add(pattern);
            arguments.add(pattern);
        }
        if (before != null) {
            sql.append(" and created_at <= ? and (created_at < ? or id > ?)");
            arguments.add(before.createdAt().toEpochMilli());
            arguments.add(before.createdAt().toEpochMilli());
            arguments.add(before.id());
        }
        sql.append(" order by created_at desc, id limit ?");
        arguments.add(limit);
        return sql.toString();
    }
}
