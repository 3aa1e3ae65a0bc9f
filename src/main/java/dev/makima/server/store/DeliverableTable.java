package dev.makima.server.store;

import dev.makima.sql.Database;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What of contracts' deliverables was marked as done or open, by hand or by what happened. Thread-safe. */
public final class DeliverableTable {
    private final Database database;
    private final Reads reads;

    DeliverableTable(Database database, Reads reads) {
        this.database = database;
        this.reads = reads;
    }

    private record Mark(String name, boolean done) {}

    /** Marks one. */
    public Future<Void> mark(UUID contractId, String name, boolean done, Instant now) {
        return Store.future(database.write(session -> session.update(
                        "insert into contract_deliverable (contract_id, name, done, changed_at) values (?, ?, ?, ?)"
                                + " on conflict (contract_id, name) do update set done = excluded.done,"
                                + " changed_at = excluded.changed_at",
                        contractId,
                        name,
                        done,
                        now)))
                .mapEmpty();
    }

    /** The marks of a contract. */
    public Future<Map<String, Boolean>> marks(UUID contractId) {
        Future<List<Mark>> found = reads.query(
                "select name, done from contract_deliverable where contract_id = ? order by name limit 100",
                row -> new Mark(Columns.text(row, "name"), Columns.flag(row, "done")),
                contractId.toString());
        return found.map(marks -> {
            Map<String, Boolean> byName = new HashMap<>();
            marks.forEach(mark -> byName.put(mark.name(), mark.done()));
            return byName;
        });
    }
}
