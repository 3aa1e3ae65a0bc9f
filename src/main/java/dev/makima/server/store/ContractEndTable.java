package dev.makima.server.store;

import dev.makima.sql.Database;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
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

    /** Hides a contract; what its tasks leave is cleaned up at once, and says whether it was there */
    public Future<Boolean> delete(UUID id, Instant now) {
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
            return name.isPresent();
        });
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
     * @param deleted whether it was deleted, else it was completed
     */
    public record Over(String ownerId, boolean deleted) {}

    /** The contract, a deleted one too. */
    public Future<Optional<Over>> over(UUID id) {
        return reads.one(
                "select owner_id, deleted from contract where id = ?",
                row -> new Over(Columns.text(row, "owner_id"), Columns.flag(row, "deleted")),
                id.toString());
    }
}
