package dev.makima.server.store;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The documents of contracts. Thread-safe. */
public final class ContractFileTable {
    private static final int MAX = 500;

    private final Chronicle chronicle;
    private final Reads reads;

    ContractFileTable(Chronicle chronicle, Reads reads) {
        this.chronicle = chronicle;
        this.reads = reads;
    }

    /**
     * A document.
     *
     * @param phase the one in which it was made
     * @param path where it is in the repository
     * @param body empty where it was not asked for
     * @param length of the body, in characters
     * @param syncState none, pending, synced or failed
     */
    public record Document(
            UUID id,
            String name,
            String phase,
            @Nullable String path,
            String body,
            long length,
            String syncState,
            @Nullable Instant syncedAt,
            @Nullable String syncError,
            long version,
            Instant createdAt,
            Instant updatedAt) {
        /** Where in the list of its contract's it is. */
        public TaskTable.Position position() {
            return new TaskTable.Position(createdAt, id.toString());
        }
    }

    /** Makes one, in the contract's present phase. Fails with CONFLICT where there are 500. */
    public Future<UUID> add(UUID contractId, String name, @Nullable String path, String body, Instant now) {
        UUID id = UUID.randomUUID();
        return chronicle.write(now, (session, page) -> {
            int made = session.update(
                    "insert into contract_file (id, contract_id, name, phase, path, body, sync_state, created_at,"
                            + " updated_at) select ?, c.id, ?, c.phase, ?, ?, 'none', ?, ? from contract c"
                            + " where c.id = ? and (select count(*) from contract_file f where f.contract_id = c.id) < ?",
                    id,
                    name,
                    path,
                    body,
                    now,
                    now,
                    contractId,
                    MAX);
            if (made == 0) {
                throw new MakimaException(
                        ErrorCode.CONFLICT, "contract " + contractId + " has " + MAX + " documents", "Delete some");
            }
            page.ofContract(
                    contractId, null, "document_created", happened(id, name).put("version", 1));
            return id;
        });
    }

    /**
     * Those of a contract without their bodies, oldest first.
     *
     * @param behind the last one of the page before; null for the first page
     */
    public Future<List<Document>> list(UUID contractId, TaskTable.@Nullable Position behind, int limit) {
        List<Object> arguments = new ArrayList<>(List.of(contractId.toString()));
        String page = OldestFirst.page("created_at", arguments, behind, limit);
        return read("'' as body", "contract_id = ?" + page, arguments.toArray());
    }

    /** All of them. */
    public Future<List<Document>> list(UUID contractId) {
        return list(contractId, null, MAX);
    }

    /** One of a contract. */
    public Future<Optional<Document>> get(UUID contractId, UUID id) {
        return read("body", "contract_id = ? and id = ?", contractId.toString(), id.toString())
                .map(found -> found.stream().findFirst());
    }

    private Future<List<Document>> read(String body, String where, Object... arguments) {
        return reads.query(
                "select id, name, phase, path, " + body + ", length(body) as length, sync_state, synced_at, sync_error,"
                        + " version, created_at, updated_at from contract_file where " + where,
                row -> new Document(
                        UUID.fromString(Columns.text(row, "id")),
                        Columns.text(row, "name"),
                        Columns.text(row, "phase"),
                        Columns.textOrNull(row, "path"),
                        Columns.text(row, "body"),
                        Columns.number(row, "length"),
                        Columns.text(row, "sync_state"),
                        Columns.instantOrNull(row, "synced_at"),
                        Columns.textOrNull(row, "sync_error"),
                        Columns.number(row, "version"),
                        Columns.instant(row, "created_at"),
                        Columns.instant(row, "updated_at")),
                arguments);
    }

    private static JsonObject happened(UUID id, String name) {
        return new JsonObject().put("fileId", id.toString()).put("name", name);
    }

    private record Changed(String name, long version) {}

    /** Changes one, and says whether it was that version; null for what stays. */
    public Future<Boolean> change(
            UUID contractId,
            UUID id,
            @Nullable String name,
            @Nullable String path,
            @Nullable String body,
            @Nullable Long version,
            Instant now) {
        return chronicle.write(now, (session, page) -> {
            Optional<Changed> changed = session.one(
                    "update contract_file set name = coalesce(?, name), path = coalesce(?, path),"
                            + " body = coalesce(?, body), version = version + 1, updated_at = ?"
                            + " where id = ? and contract_id = ? and version = coalesce(?, version)"
                            + " returning name, version",
                    row -> new Changed(row.text("name"), row.number("version")),
                    name,
                    path,
                    body,
                    now,
                    id,
                    contractId,
                    version);
            if (changed.isPresent()) {
                page.ofContract(
                        contractId,
                        null,
                        "document_changed",
                        happened(id, changed.get().name())
                                .put("version", changed.get().version()));
            }
            return changed.isPresent();
        });
    }

    /** Removes one, and says whether it was there */
    public Future<Boolean> delete(UUID contractId, UUID id, Instant now) {
        return chronicle.write(now, (session, page) -> {
            Optional<String> name = session.one(
                    "delete from contract_file where id = ? and contract_id = ? returning name",
                    row -> row.text("name"),
                    id,
                    contractId);
            if (name.isPresent()) {
                page.ofContract(contractId, null, "document_deleted", happened(id, name.get()));
            }
            return name.isPresent();
        });
    }
}
