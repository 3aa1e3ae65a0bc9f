package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What contracts' supervisors are at. Thread-safe. */
public final class SupervisorTable {
    private static final String STATE = "supervisor_state";

    private final Chronicle chronicle;
    private final Reads reads;

    SupervisorTable(Chronicle chronicle, Reads reads) {
        this.chronicle = chronicle;
        this.reads = reads;
    }

    /**
     * What a supervisor is at.
     *
     * @param restarts how often it was handed over again after its first start
     */
    public record Standing(
            TaskId taskId, String state, @Nullable String activity, long restarts, Instant updatedAt) {}

    /** What a supervisor that runs now is to its former self. */
    public enum Start {
        /** It runs for the first time. */
        FIRST,
        /** It was handed over again since it was last seen to run. */
        AGAIN,
        /** It is known to run. */
        KNOWN
    }

    /** The supervisor runs, by that hand-over: its row is made, or found again and counted. */
    public Future<Start> runs(UUID contractId, TaskId taskId, long fence, Instant now) {
        return chronicle.write(now, (session, page) -> {
            int made = session.update(
                    "insert into contract_supervisor (contract_id, task_id, state, fence, updated_at)"
                            + " values (?, ?, 'initializing', ?, ?) on conflict (contract_id) do nothing",
                    contractId,
                    taskId,
                    fence,
                    now);
            if (made > 0) {
                page.ofContract(contractId, taskId, STATE, new JsonObject().put("state", "initializing"));
                return Start.FIRST;
            }
            Optional<Long> restarts = session.one(
                    "update contract_supervisor set fence = ?, restarts = restarts + 1, updated_at = ?"
                            + " where contract_id = ? and fence < ? returning restarts",
                    row -> row.number("restarts"),
                    fence,
                    now,
                    contractId,
                    fence);
            if (restarts.isPresent()) {
                page.ofContract(
                        contractId, taskId, "supervisor_restarted", new JsonObject().put("restarts", restarts.get()));
            }
            return restarts.isPresent() ? Start.AGAIN : Start.KNOWN;
        });
    }

    /** What its daemon says it is at. One of a contract that is over stays as it is, and says whether that is new */
    public Future<Boolean> says(UUID daemonId, TaskId taskId, String state, @Nullable String activity, Instant now) {
        return chronicle.write(now, (session, page) -> {
            Optional<String> before = session.one(
                    "select state from contract_supervisor where task_id = ?", row -> row.text("state"), taskId);
            // It may be heard before it is noted that it runs.
            boolean changed = session.update(
                                    "insert into contract_supervisor (contract_id, task_id, state, activity, fence,"
                                            + " updated_at) select c.id, t.id, ?, ?, t.fence, ? from task t"
                                            + " join contract c on c.supervisor_task_id = t.id where t.id = ?"
                                            + " and t.daemon_id = ? on conflict (contract_id) do nothing",
                                    state,
                                    activity,
                                    now,
                                    taskId,
                                    daemonId)
                            > 0
                    || saysAnew(session, daemonId, taskId, state, activity, now);
            if (changed && before.filter(state::equals).isEmpty()) {
                page.ofTask(taskId, STATE, new JsonObject().put("state", state));
            }
            return changed;
        });
    }

    private static boolean saysAnew(
            Session session, UUID daemonId, TaskId taskId, String state, @Nullable String activity, Instant now)
            throws SQLException {
        return session.update(
                        "update contract_supervisor set state = ?, activity = ?, updated_at = ?"
                                + " where task_id = ? and state <> 'completed'"
                                + " and (state <> ? or coalesce(activity, '') <> ?) and exists (select 1 from task t"
                                + " where t.id = contract_supervisor.task_id and t.daemon_id = ?)",
                        state,
                        activity,
                        now,
                        taskId,
                        state,
                        activity == null ? "" : activity,
                        daemonId)
                > 0;
    }

    /** What the server knows itself. */
    public Future<Void> is(UUID contractId, String state, Instant now) {
        return chronicle
                .write(now, (session, page) -> {
                    Optional<TaskId> changed = session.one(
                            "update contract_supervisor set state = ?, updated_at = ? where contract_id = ?"
                                    + " and state <> 'completed' and state <> ? returning task_id",
                            row -> TaskId.of(row.text("task_id")),
                            state,
                            now,
                            contractId,
                            state);
                    if (changed.isPresent()) {
                        page.ofContract(contractId, changed.get(), STATE, new JsonObject().put("state", state));
                    }
                    return true;
                })
                .mapEmpty();
    }

    /** The supervisor of a contract; empty before it first ran. */
    public Future<Optional<Standing>> of(UUID contractId) {
        return reads.one(
                "select * from contract_supervisor where contract_id = ?",
                row -> new Standing(
                        TaskId.of(Columns.text(row, "task_id")),
                        Columns.text(row, "state"),
                        Columns.textOrNull(row, "activity"),
                        Columns.number(row, "restarts"),
                        Columns.instant(row, "updated_at")),
                contractId.toString());
    }
}
