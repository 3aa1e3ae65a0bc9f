package dev.makima.server.store;

import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Removes what is kept for a time only, in steps that hold up no other write for long: each says whether there may be more.
 * Thread-safe.
 *
 * <p>All else that grows goes with its task (output, runs, hand-overs, checkpoints, commands), or stays on purpose: what tasks
 * used up (usage_day), since what was paid stays paid; keys that were revoked and daemons that were there once, which are few.
 */
public final class TrimTable {
    private static final int EVENTS_AT_ONCE = 500;
    private static final int PATCHES_AT_ONCE = 20;
    private static final List<String> OF_CONTRACT = List.of(
            "contract_phase",
            "contract_deliverable",
            "contract_repository",
            "contract_file",
            "contract_question",
            "contract_supervisor");

    private final Database database;

    TrimTable(Database database) {
        this.database = database;
    }

    private record Old(long id, String ownerId) {}

    /** Forgets events from before that time. The last one of all stays: SQLite would give its id once more. */
    public Future<Boolean> history(Instant before) {
        return Writes.future(database.write(session -> {
            // By id, which needs no further index: they come in the order of time, but for what a wrong clock has done.
            List<Old> old = session.query(
                    "select id, owner_id from (select id, owner_id, at from history where id < (select max(id) from"
                            + " history) order by id limit ?) oldest where at < ?",
                    row -> new Old(row.number("id"), row.text("owner_id")),
                    EVENTS_AT_ONCE,
                    before);
            for (Old event : old) {
                session.update("delete from history where id = ?", event.id());
            }
            Map<String, Long> last = old.stream().collect(Collectors.toMap(Old::ownerId, Old::id, Math::max));
            for (Map.Entry<String, Long> each : last.entrySet()) {
                session.update(
                        "update owner set history_trimmed_to = ? where id = ? and history_trimmed_to < ?",
                        each.getValue(),
                        each.getKey(),
                        each.getValue());
            }
            return !old.isEmpty();
        }));
    }

    /**
     * Forgets checkpoints' patches from before that time, but for the newest one of a task that is not over: the one that
     * the task would take along ({@link BaggageTable}).
     */
    public Future<Boolean> patches(Instant before) {
        return Writes.future(database.write(session -> session.update(
                        "update checkpoint set patch_data = null where id in (select c.id from checkpoint c"
                                + " join task t on t.id = c.task_id where c.patch_data is not null and c.created_at < ?"
                                + " and (t.status in ('done', 'failed', 'interrupted') and t.queued = 0"
                                + " or exists (select 1 from checkpoint n where n.task_id = c.task_id"
                                + " and n.patch_data is not null and n.patch_base_sha is not null"
                                + " and (n.fence, n.created_at, n.ordinal) > (c.fence, c.created_at, c.ordinal))) limit ?)",
                        before,
                        PATCHES_AT_ONCE)
                == PATCHES_AT_ONCE));
    }

    /** Forgets one contract that was deleted before that time, once what its daemons are to be told is written down. */
    public Future<Boolean> contracts(Instant before) {
        return Writes.future(database.write(session -> {
            List<UUID> deleted = session.query(
                    "select id from contract where deleted = 1 and updated_at < ? and stop_at is null"
                            + " and not exists (select 1 from task t where t.contract_id = contract.id"
                            + " and t.status not in ('done', 'failed', 'interrupted', 'pending')) limit 1",
                    row -> UUID.fromString(row.text("id")),
                    before);
            for (UUID id : deleted) {
                forget(session, id);
            }
            return !deleted.isEmpty();
        }));
    }

    private static void forget(Session session, UUID contract) throws SQLException {
        for (String table : OF_CONTRACT) {
            session.update("delete from " + table + " where contract_id = ?", contract);
        }
        session.update("delete from contract where id = ?", contract);
    }
}
