package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.sql.Database;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where the work of contracts is gathered, what of it was merged, and its pull requests. Thread-safe. */
public final class ContractWorkTable {
    private static final int TASKS_MAX = 1000;

    private final Database database;
    private final Chronicle chronicle;
    private final Reads reads;

    ContractWorkTable(Database database, Chronicle chronicle, Reads reads) {
        this.database = database;
        this.chronicle = chronicle;
        this.reads = reads;
    }

    /**
     * The contract's tasks without their plans, oldest first.
     *
     * @param behind the last one of the page before; null for the first page
     */
    public Future<List<Task>> tasks(String ownerId, UUID contractId, TaskTable.@Nullable Position behind, int limit) {
        List<Object> arguments = new ArrayList<>(List.of(ownerId, contractId.toString()));
        String page = OldestFirst.page("created_at", arguments, behind, limit);
        return reads.query(
                "select " + Task.LISTED + " from task where " + TaskFilter.FEW + " and contract_id = ?" + page,
                Task::of,
                arguments.toArray());
    }

    /** The first of them, as many as a contract may well have: 1000. */
    public Future<List<Task>> tasks(Contract contract) {
        return tasks(contract.ownerId(), contract.id(), null, TASKS_MAX);
    }

    /** The branch that its work goes to. */
    public Future<Void> branch(UUID id, String branch, Instant now) {
        return Writes.future(database.write(session -> session.update(
                        "update contract set branch = ?, version = version + 1, updated_at = ? where id = ?"
                                + " and (branch is null or branch <> ?)",
                        branch,
                        now,
                        id,
                        branch)))
                .mapEmpty();
    }

    /** A member's work was merged. */
    public Future<Void> merged(TaskId taskId, Instant now) {
        return chronicle
                .write(now, (session, page) -> {
                    String name = session.one(
                                    "update task set merged_at = ? where id = ? returning name",
                                    row -> row.text("name"),
                                    now,
                                    taskId)
                            .orElse(null);
                    if (name != null) {
                        page.ofTask(taskId, "task_merged", new JsonObject().put("name", name));
                    }
                    return true;
                })
                .mapEmpty();
    }

    /** The contract's tasks whose work was merged after they had ended last. */
    public Future<Set<TaskId>> merged(UUID id) {
        return reads.query(
                        "select id from task where contract_id = ? and merged_at is not null"
                                + " and (completed_at is null or merged_at >= completed_at)",
                        row -> TaskId.of(Columns.text(row, "id")),
                        id.toString())
                .map(HashSet::new);
    }

    /** Takes the one chance of a pull request that is made by itself, and says whether it was still there */
    public Future<Boolean> claimPullRequest(UUID id, String branch, Instant now) {
        return chronicle.write(now, (session, page) -> {
            boolean claimed = session.update(
                            "update contract set pr_state = 'asked', pr_asked_at = ?, version = version + 1,"
                                    + " updated_at = ? where id = ? and pr_state is null and status = 'active'"
                                    + " and phase = 'execute' and deleted = 0",
                            now,
                            now,
                            id)
                    > 0;
            if (claimed) {
                page.ofContract(id, null, "pull_request_asked", new JsonObject().put("branch", branch));
            }
            return claimed;
        });
    }

    /** The contracts whose pull request was asked for before that time, and of which nothing was heard. */
    public Future<List<UUID>> unheardPullRequests(Instant before) {
        return reads.query(
                "select id from contract where pr_state = 'asked' and pr_asked_at <= ? and deleted = 0 limit 50",
                row -> UUID.fromString(Columns.text(row, "id")),
                before.toEpochMilli());
    }

    /** What became of its pull request: its URL, or null and why there is none. */
    public Future<Void> pullRequest(UUID id, @Nullable String url, String message, Instant now) {
        return chronicle
                .write(now, (session, page) -> {
                    session.update(
                            "update contract set pr_state = ?, pr_url = coalesce(?, pr_url), version = version + 1,"
                                    + " updated_at = ? where id = ?",
                            url == null ? "failed" : "made",
                            url,
                            now,
                            id);
                    page.ofContract(
                            id,
                            null,
                            url == null ? "pull_request_failed" : "pull_request_made",
                            url == null ? new JsonObject().put("message", message) : new JsonObject().put("url", url));
                    return true;
                })
                .mapEmpty();
    }
}
