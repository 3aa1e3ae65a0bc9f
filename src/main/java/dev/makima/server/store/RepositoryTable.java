package dev.makima.server.store;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The repositories of contracts. Thread-safe. */
public final class RepositoryTable {
    private static final int MAX = 50;

    private final Database database;
    private final Reads reads;

    RepositoryTable(Database database, Reads reads) {
        this.database = database;
        this.reads = reads;
    }

    /** A repository: a URL or a path on a daemon's machine. */
    public record Repository(
            UUID id,
            @Nullable String url,
            @Nullable String localPath,
            @Nullable String baseBranch,
            boolean primary,
            Instant createdAt) {}

    static UUID insert(
            Session session, UUID contractId, ContractTable.NewRepository repository, boolean primary, Instant now)
            throws SQLException {
        UUID id = UUID.randomUUID();
        session.update(
                "insert into contract_repository (id, contract_id, url, local_path, base_branch, is_primary, created_at)"
                        + " values (?, ?, ?, ?, ?, ?, ?)",
                id,
                contractId,
                repository.url(),
                repository.localPath(),
                repository.baseBranch(),
                primary,
                now);
        return id;
    }

    /** Adds one; the first is the primary one whatever is asked. Fails with CONFLICT where there are 50. */
    public Future<UUID> add(UUID contractId, ContractTable.NewRepository repository, boolean primary, Instant now) {
        return Writes.future(database.write(session -> {
            long count = session.one(
                            "select count(*) as n from contract_repository where contract_id = ?",
                            row -> row.number("n"),
                            contractId)
                    .orElse(0L);
            if (count >= MAX) {
                throw new MakimaException(
                        ErrorCode.CONFLICT, "contract " + contractId + " has " + MAX + " repositories", "Remove one");
            }
            if (primary) {
                session.update("update contract_repository set is_primary = 0 where contract_id = ?", contractId);
            }
            return insert(session, contractId, repository, primary || count == 0, now);
        }));
    }

    /** Those of a contract, the primary one first. */
    public Future<List<Repository>> list(UUID contractId) {
        return reads.query(
                "select * from contract_repository where contract_id = ?"
                        + " order by is_primary desc, created_at, id limit 50",
                row -> new Repository(
                        UUID.fromString(Columns.text(row, "id")),
                        Columns.textOrNull(row, "url"),
                        Columns.textOrNull(row, "local_path"),
                        Columns.textOrNull(row, "base_branch"),
                        Columns.flag(row, "is_primary"),
                        Columns.instant(row, "created_at")),
                contractId.toString());
    }

    /** Removes one, and says whether it was there */
    public Future<Boolean> delete(UUID contractId, UUID id) {
        return Writes.future(database.write(session ->
                session.update("delete from contract_repository where id = ? and contract_id = ?", id, contractId)
                        > 0));
    }
}
