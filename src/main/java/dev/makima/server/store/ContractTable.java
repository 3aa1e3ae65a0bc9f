package dev.makima.server.store;

import dev.makima.base.TaskId;
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

/** The contracts, and the phases that they went through. Thread-safe. */
public final class ContractTable {
    /** A contract with the sums over its tasks. */
    private static final String SELECT = "select c.*, (select count(*) from task t where t.contract_id = c.id and"
            + " t.is_supervisor = 0 and t.status = 'pending') as pending_tasks,"
            + " (select count(*) from task t where t.contract_id = c.id and t.is_supervisor = 0 and t.status in "
            + TaskTable.ACTIVE + ") as running_tasks,"
            + " (select count(*) from task t where t.contract_id = c.id and t.is_supervisor = 0 and t.status = 'done')"
            + " as done_tasks, (select count(*) from task t where t.contract_id = c.id and t.is_supervisor = 0"
            + " and t.status = 'failed') as failed_tasks, (select count(*) from task t where t.contract_id = c.id"
            + " and t.is_supervisor = 0 and t.status = 'interrupted') as interrupted_tasks,"
            + " (select sum(t.cost_micros) from task t where t.contract_id = c.id) as cost_micros,"
            + " (select sum(t.input_tokens) from task t where t.contract_id = c.id) as input_tokens,"
            + " (select sum(t.output_tokens) from task t where t.contract_id = c.id) as output_tokens"
            + " from contract c where c.deleted = 0";

    private final Chronicle chronicle;
    private final Reads reads;

    ContractTable(Chronicle chronicle, Reads reads) {
        this.chronicle = chronicle;
        this.reads = reads;
    }

    /**
     * A contract to be made.
     *
     * @param supervisor the task that leads it
     */
    public record NewContract(
            String ownerId,
            String accountId,
            String name,
            String description,
            String type,
            String phase,
            boolean autonomousLoop,
            boolean localOnly,
            @Nullable NewRepository repository,
            TaskTable.NewTask supervisor) {}

    /** Where its repository is: a URL or a path on its daemon's machine. */
    public record NewRepository(
            @Nullable String url,
            @Nullable String localPath,
            @Nullable String baseBranch) {}

    /** Which contracts to list: the completed or the active ones, or all. */
    public record Filter(@Nullable Boolean completed, TaskTable.@Nullable Position before, int limit) {}

    /** A phase that was entered, and by whom: user or supervisor. */
    public record Entered(String phase, Instant at, String by) {}

    /**
     * What a user changes; null for what stays.
     *
     * @param version the one that is changed, or null for whichever it is
     */
    public record Change(
            @Nullable String name,
            @Nullable String description,
            @Nullable Boolean autonomousLoop,
            @Nullable Long version) {
        private JsonObject json() {
            JsonObject json = new JsonObject();
            if (name != null) {
                json.put("name", name);
            }
            if (description != null) {
                json.put("description", description);
            }
            return autonomousLoop == null ? json : json.put("autonomousLoop", autonomousLoop);
        }
    }

    /** Makes a contract and its supervisor. */
    public Future<UUID> add(NewContract contract, Instant now) {
        UUID id = UUID.randomUUID();
        TaskId supervisor = new TaskId(UUID.randomUUID());
        return chronicle.write(now, (session, page) -> {
            session.update(
                    "insert into contract (id, owner_id, account_id, name, description, contract_type, phase, status,"
                            + " autonomous_loop, local_only, supervisor_task_id, created_at, updated_at)"
                            + " values (?, ?, ?, ?, ?, ?, ?, 'active', ?, ?, ?, ?, ?)",
                    id,
                    contract.ownerId(),
                    contract.accountId(),
                    contract.name(),
                    contract.description(),
                    contract.type(),
                    contract.phase(),
                    contract.autonomousLoop(),
                    contract.localOnly(),
                    supervisor,
                    now,
                    now);
            entered(session, id, contract.phase(), "user", now);
            TaskTable.insert(session, supervisor, contract.supervisor(), now);
            session.update("update task set contract_id = ?, is_supervisor = 1 where id = ?", id, supervisor);
            if (contract.repository() != null) {
                RepositoryTable.insert(session, id, contract.repository(), true, now);
            }
            page.add(
                    contract.ownerId(),
                    id.toString(),
                    supervisor.toString(),
                    "contract_created",
                    new JsonObject()
                            .put("name", contract.name())
                            .put("contractType", contract.type())
                            .put("phase", contract.phase()));
            return id;
        });
    }

    private static void entered(Session session, UUID id, String phase, String by, Instant now) throws SQLException {
        session.update(
                "insert into contract_phase (contract_id, number, phase, entered_at, entered_by)"
                        + " select ?, coalesce(max(number), 0) + 1, ?, ?, ? from contract_phase where contract_id = ?",
                id,
                phase,
                now,
                by,
                id);
    }

    /** One of the owner's contracts. */
    public Future<Optional<Contract>> get(String ownerId, UUID id) {
        return read(" and c.owner_id = ? and c.id = ?", ownerId, id.toString())
                .map(found -> found.stream().findFirst());
    }

    /** A contract, whose ever it is: for the server's own use. */
    public Future<Optional<Contract>> get(UUID id) {
        return read(" and c.id = ?", id.toString()).map(found -> found.stream().findFirst());
    }

    /** The contract that the task leads. */
    public Future<Optional<Contract>> ledBy(TaskId supervisor) {
        return read(" and c.supervisor_task_id = ?", supervisor.toString())
                .map(found -> found.stream().findFirst());
    }

    /** The owner's contracts, newest first. */
    public Future<List<Contract>> list(String ownerId, Filter filter) {
        StringBuilder sql = new StringBuilder(" and c.owner_id = ?");
        List<Object> arguments = new ArrayList<>(List.of(ownerId));
        if (filter.completed() != null) {
            sql.append(" and c.status = ?");
            arguments.add(filter.completed() ? "completed" : "active");
        }
        if (filter.before() != null) {
            sql.append(" and (c.created_at < ? or (c.created_at = ? and c.id > ?))");
            arguments.add(filter.before().createdAt().toEpochMilli());
            arguments.add(filter.before().createdAt().toEpochMilli());
            arguments.add(filter.before().id());
        }
        arguments.add(filter.limit());
        return read(sql + " order by c.created_at desc, c.id limit ?", arguments.toArray());
    }

    private Future<List<Contract>> read(String where, Object... arguments) {
        return reads.query(SELECT + where, Contract::of, arguments);
    }

    /** The phases that it went through, in order. */
    public Future<List<Entered>> phases(UUID id) {
        return reads.query(
                "select phase, entered_at, entered_by from contract_phase where contract_id = ? order by number",
                row -> new Entered(
                        Columns.text(row, "phase"),
                        Columns.instant(row, "entered_at"),
                        Columns.text(row, "entered_by")),
                id.toString());
    }

    /** Changes a contract, and says whether it was that version */
    public Future<Boolean> change(UUID id, Change change, Instant now) {
        return chronicle.write(now, (session, page) -> {
            boolean changed = session.update(
                            "update contract set name = coalesce(?, name), description = coalesce(?, description),"
                                    + " autonomous_loop = coalesce(?, autonomous_loop), version = version + 1,"
                                    + " updated_at = ? where id = ? and deleted = 0 and version = coalesce(?, version)",
                            change.name(),
                            change.description(),
                            change.autonomousLoop(),
                            now,
                            id,
                            change.version())
                    > 0;
            if (changed) {
                page.ofContract(id, null, "contract_changed", change.json());
            }
            return changed;
        });
    }

    /** Goes from one phase to the next, and says whether it was in that phase, active and of that version */
    public Future<Boolean> advance(UUID id, String from, String to, String by, @Nullable Long version, Instant now) {
        return chronicle.write(now, (session, page) -> {
            boolean moved = session.update(
                            "update contract set phase = ?, version = version + 1, updated_at = ? where id = ?"
                                    + " and phase = ? and status = 'active' and deleted = 0"
                                    + " and version = coalesce(?, version)",
                            to,
                            now,
                            id,
                            from,
                            version)
                    > 0;
            if (moved) {
                entered(session, id, to, by, now);
                page.ofContract(
                        id,
                        null,
                        "phase_changed",
                        new JsonObject().put("from", from).put("to", to).put("by", by));
            }
            return moved;
        });
    }

    /** Whether the task leads a contract that is there. */
    static boolean isLed(Session session, TaskId id) throws SQLException {
        return session.one(
                        "select 1 as one from contract where supervisor_task_id = ? and deleted = 0", row -> true, id)
                .isPresent();
    }
}
