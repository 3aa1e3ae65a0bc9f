package dev.makima.server.store;

import dev.makima.base.TaskId;
import dev.makima.server.store.TaskCommandTable.Saying;
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

/** The ends of contracts, and what is still to be stopped and cleaned up after them. Thread-safe. */
public final class ContractEndTable {
    private final Database database;
    private final Chronicle chronicle;
    private final Reads reads;

    ContractEndTable(Database database, Chronicle chronicle, Reads reads) {
        this.database = database;
        this.chronicle = chronicle;
        this.reads = reads;
    }

    /**
     * Ends a contract.
     *
     * @param by user or supervisor
     * @param stopAt when its supervisor is to be stopped
     * @return whether it was active, and of that version
     */
    public Future<Boolean> complete(UUID id, @Nullable Long version, String by, Instant stopAt, Instant now) {
        return chronicle.write(now, (session, page) -> {
            boolean done = session.update(
                            "update contract set status = 'completed', completed_at = ?, stop_at = ?,"
                                    + " version = version + 1, updated_at = ? where id = ? and status = 'active'"
                                    + " and deleted = 0 and version = coalesce(?, version)",
                            now,
                            stopAt,
                            now,
                            id,
                            version)
                    > 0;
            if (done) {
                page.ofContract(id, null, "contract_completed", new JsonObject().put("by", by));
            }
            return done;
        });
    }

    /**
     * Hides a contract; what its tasks leave is cleaned up at once.
     *
     * @param discardUnmerged whether all branches go that its completion has left
     * @return whether it was there
     */
    public Future<Boolean> delete(UUID id, boolean discardUnmerged, Instant now) {
        return chronicle.write(now, (session, page) -> {
            Optional<String> name = session.one(
                    "update contract set deleted = 1, stop_at = ?, version = version + 1, updated_at = ?"
                            + " where id = ? and deleted = 0 returning name",
                    row -> row.text("name"),
                    now,
                    now,
                    id);
            if (name.isPresent()) {
                page.ofContract(id, null, "contract_deleted", new JsonObject().put("name", name.get()));
            }
            if (name.isPresent() && discardUnmerged) {
                discard(session, id, now);
            }
            return name.isPresent();
        });
    }

    /** Written down with the deletion, before which nothing may go; the clean-up after it finds it said already. */
    private static void discard(Session session, UUID id, Instant now) throws SQLException {
        List<Told> tasks = session.query(
                "select id, fence from task where contract_id = ? and daemon_id is not null",
                row -> new Told(TaskId.of(row.text("id")), row.number("fence")),
                id);
        for (Told task : tasks) {
            TaskCommandTable.insert(
                    session, task.id(), new Saying.Cleanup(false), cause(id, task.id(), task.fence(), true), now);
        }
    }

    private record Told(TaskId id, long fence) {}

    /** The name of what a task's daemon is told at the end of its contract: once at its completion, and once at its deletion. */
    public static String cause(UUID contractId, TaskId taskId, long fence, boolean deleted) {
        return (deleted ? "deleted:" : "cleanup:") + contractId + ":" + taskId + ":" + fence;
    }

    /** Stops it no later than then. */
    public Future<Boolean> stopBy(UUID id, Instant time) {
        return Writes.future(database.write(session ->
                session.update("update contract set stop_at = ? where id = ? and stop_at > ?", time, id, time) > 0));
    }

    /** The contracts whose tasks are to be stopped and cleaned up now: deleted ones too. */
    public Future<List<UUID>> toStop(Instant now) {
        return reads.query(
                "select id from contract where stop_at is not null and stop_at <= ? order by stop_at limit 50",
                row -> UUID.fromString(Columns.text(row, "id")),
                now.toEpochMilli());
    }

    /** What this one leaves is taken care of. */
    public Future<Void> stopped(UUID id) {
        return Writes.future(database.write(
                        session -> session.update("update contract set stop_at = null where id = ?", id)))
                .mapEmpty();
    }

    /**
     * A contract that is over.
     *
     * @param deleted whether it was deleted
     * @param completed whether it was completed, and perhaps deleted after that
     */
    public record Over(String ownerId, boolean deleted, boolean completed) {}

    /** The contract, a deleted one too. */
    public Future<Optional<Over>> over(UUID id) {
        return reads.one(
                "select owner_id, deleted, status from contract where id = ?",
                row -> new Over(
                        Columns.text(row, "owner_id"),
                        Columns.flag(row, "deleted"),
                        Columns.text(row, "status").equals("completed")),
                id.toString());
    }
}
