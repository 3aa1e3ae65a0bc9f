package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes that leave something in the history: in one transaction with what they change, and told of after the commit.
 * Thread-safe.
 */
final class Chronicle {
    private final Database database;
    private volatile Consumer<String> listener = _ -> {};

    Chronicle(Database database) {
        this.database = database;
    }

    /** Who is told, on the writer's thread, whose history has grown. */
    void listener(Consumer<String> told) {
        listener = told;
    }

    /** A work that changes the database and says what happened. May be run twice, of which one holds. */
    interface Telling<T> {
        T run(Session session, Page page) throws SQLException;
    }

    /** Where a work writes what happened. */
    static final class Page {
        private final Session session;
        private final Instant now;
        private final Set<String> owners;

        private Page(Session session, Instant now, Set<String> owners) {
            this.session = session;
            this.now = now;
            this.owners = owners;
        }

        /** Something of an owner's, with the contract and the task that it is about. */
        void add(String ownerId, @Nullable String contractId, @Nullable String taskId, String kind, JsonObject body)
                throws SQLException {
            session.update(
                    "insert into history (owner_id, contract_id, task_id, kind, body, at) values (?, ?, ?, ?, ?, ?)",
                    ownerId,
                    contractId,
                    taskId,
                    kind,
                    body.encode(),
                    now);
            owners.add(ownerId);
        }

        /** Something of a contract, whose ever it is. */
        void ofContract(UUID contractId, @Nullable TaskId taskId, String kind, JsonObject body) throws SQLException {
            String owner = session.one(
                            "select owner_id from contract where id = ?", row -> row.text("owner_id"), contractId)
                    .orElse(null);
            if (owner != null) {
                add(owner, contractId.toString(), taskId == null ? null : taskId.toString(), kind, body);
            }
        }

        /** Something of a task, whose ever it is. */
        void ofTask(TaskId taskId, String kind, JsonObject body) throws SQLException {
            record Whose(String owner, @Nullable String contract) {}
            Whose whose = session.one(
                            "select owner_id, contract_id from task where id = ?",
                            row -> new Whose(row.text("owner_id"), row.textOrNull("contract_id")),
                            taskId)
                    .orElse(null);
            if (whose != null) {
                add(whose.owner(), whose.contract(), taskId.toString(), kind, body);
            }
        }
    }

    /** Runs and commits it. */
    <T> Future<T> write(Instant now, Telling<T> work) {
        Set<String> owners = ConcurrentHashMap.newKeySet();
        CompletableFuture<T> written = database.write(session -> {
            owners.clear();
            return work.run(session, new Page(session, now, owners));
        });
        // Beside it, not in a chain with it: whoever waits is to get the failure as it is.
        var _ = written.whenComplete((_, failure) -> {
            if (failure == null) {
                owners.forEach(listener);
            }
        });
        return Writes.future(written);
    }
}
