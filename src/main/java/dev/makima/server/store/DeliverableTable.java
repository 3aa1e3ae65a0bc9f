package dev.makima.server.store;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What of contracts' deliverables was marked as done or open, by hand or by what happened. Thread-safe. */
public final class DeliverableTable {
    private final Chronicle chronicle;
    private final Reads reads;

    DeliverableTable(Chronicle chronicle, Reads reads) {
        this.chronicle = chronicle;
        this.reads = reads;
    }

    private record Mark(String name, boolean done) {}

    /** Marks one. */
    public Future<Void> mark(UUID contractId, String name, boolean done, Instant now) {
        return chronicle
                .write(now, (session, page) -> {
                    int changed = session.update(
                            "insert into contract_deliverable (contract_id, name, done, changed_at)"
                                    + " values (?, ?, ?, ?) on conflict (contract_id, name) do update set"
                                    + " done = excluded.done, changed_at = excluded.changed_at"
                                    + " where contract_deliverable.done <> excluded.done",
                            contractId,
                            name,
                            done,
                            now);
                    if (changed > 0) {
                        page.ofContract(
                                contractId,
                                null,
                                "deliverable_marked",
                                new JsonObject().put("name", name).put("done", done));
                    }
                    return true;
                })
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
