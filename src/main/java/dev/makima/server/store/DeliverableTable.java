package dev.makima.server.store;

import dev.makima.sql.Row;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What of contracts' deliverables was marked as done or open, by hand or by what happened. Thread-safe. */
public final class DeliverableTable {
    private final Chronicle chronicle;
    private final Reads reads;

    DeliverableTable(Chronicle chronicle, Reads reads) {
        this.chronicle = chronicle;
        this.reads = reads;
    }

    /**
     * How one was marked last.
     *
     * @param version grows with every change, from 1; what was never marked has 0
     */
    public record Mark(String name, boolean done, long version) {
        /** What was never marked. */
        public static Mark none(String name) {
            return new Mark(name, false, 0);
        }

        private static Mark of(Row row) throws SQLException {
            return new Mark(row.text("name"), row.flag("done"), row.number("version"));
        }
    }

    /**
     * Marks one.
     *
     * @param version the one that is changed; null for whichever it is
     * @return whether it was that version
     */
    public Future<Boolean> mark(UUID contractId, String name, boolean done, @Nullable Long version, Instant now) {
        return chronicle.write(now, (session, page) -> {
            Mark present = session.one(
                            "select name, done, version from contract_deliverable where contract_id = ? and name = ?",
                            Mark::of,
                            contractId,
                            name)
                    .orElse(Mark.none(name));
            if (version != null && version != present.version()) {
                return false;
            }
            int changed = session.update(
                    "insert into contract_deliverable (contract_id, name, done, changed_at) values (?, ?, ?, ?)"
                            + " on conflict (contract_id, name) do update set done = excluded.done,"
                            + " changed_at = excluded.changed_at, version = contract_deliverable.version + 1"
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
        });
    }

    /** The marks of a contract. */
    public Future<Map<String, Mark>> marks(UUID contractId) {
        Future<List<Mark>> found = reads.query(
                "select name, done, version from contract_deliverable where contract_id = ? order by name limit 100",
                row -> new Mark(Columns.text(row, "name"), Columns.flag(row, "done"), Columns.number(row, "version")),
                contractId.toString());
        return found.map(marks -> {
            Map<String, Mark> byName = new HashMap<>();
            marks.forEach(mark -> byName.put(mark.name(), mark));
            return byName;
        });
    }
}
