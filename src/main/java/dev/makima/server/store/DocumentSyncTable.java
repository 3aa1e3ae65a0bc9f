package dev.makima.server.store;

import dev.makima.sql.Row;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Documents whose text is read from a repository on a daemon's machine. Thread-safe. */
public final class DocumentSyncTable {
    private final Chronicle chronicle;
    private final Reads reads;

    DocumentSyncTable(Chronicle chronicle, Reads reads) {
        this.chronicle = chronicle;
        this.reads = reads;
    }

    /** That daemon is asked for the document, which lies at that path. */
    public Future<Boolean> asked(UUID contractId, UUID id, String path, UUID daemonId, Instant now) {
        return chronicle.write(
                now,
                (session, _) -> session.update(
                                "update contract_file set path = ?, sync_state = 'pending', sync_error = null,"
                                        + " sync_daemon_id = ?, sync_asked_at = ?, updated_at = ?"
                                        + " where id = ? and contract_id = ?",
                                path,
                                daemonId,
                                now,
                                now,
                                id,
                                contractId)
                        > 0);
    }

    /**
     * The daemon that was asked for the document last has answered. A text that comes late is taken too, unless the document
     * lies elsewhere by now.
     *
     * @param text null where there is none
     * @param error why there is none
     */
    public Future<Boolean> answered(
            UUID daemonId, UUID id, String path, @Nullable String text, @Nullable String error, Instant now) {
        return chronicle.write(now, (session, page) -> {
            if (text == null) {
                return failed(
                        session,
                        page,
                        error,
                        now,
                        "id = ? and sync_state = 'pending' and sync_daemon_id = ?",
                        id,
                        daemonId);
            }
            Optional<Synced> synced = session.one(
                    "update contract_file set body = ?, sync_state = 'synced', synced_at = ?, sync_error = null,"
                            + " version = version + 1, updated_at = ? where id = ? and path = ?"
                            + " and sync_state in ('pending', 'failed') and sync_daemon_id = ? returning id, contract_id, name, path",
                    DocumentSyncTable::synced,
                    text,
                    now,
                    now,
                    id,
                    path,
                    daemonId);
            if (synced.isPresent()) {
                page.ofContract(synced.get().contractId(), null, "document_synced", body(synced.get()));
            }
            return synced.isPresent();
        });
    }

    /** Gives those up that were asked for before that time, or whose daemon is away. */
    public Future<Void> expire(Instant before, Instant now) {
        return reads.one(
                        "select 1 as one from contract_file where sync_state = 'pending' and (sync_asked_at <= ?"
                                + " or not exists (select 1 from daemon d where d.id = sync_daemon_id and d.connected = 1))"
                                + " limit 1",
                        _ -> true,
                        before.toEpochMilli())
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture()
                        : chronicle
                                .write(now, (session, page) -> {
                                    failed(
                                            session,
                                            page,
                                            "the daemon has not answered in time",
                                            now,
                                            "sync_state = 'pending' and sync_asked_at <= ?",
                                            before);
                                    return failed(
                                            session,
                                            page,
                                            "the daemon has disconnected before it answered",
                                            now,
                                            "sync_state = 'pending' and not exists (select 1 from daemon d"
                                                    + " where d.id = sync_daemon_id and d.connected = 1)");
                                })
                                .mapEmpty());
    }

    private record Synced(
            UUID id, UUID contractId, String name, @Nullable String path) {}

    private static Synced synced(Row row) throws SQLException {
        return new Synced(
                UUID.fromString(row.text("id")),
                UUID.fromString(row.text("contract_id")),
                row.text("name"),
                row.textOrNull("path"));
    }

    private static boolean failed(
            Session session, Chronicle.Page page, @Nullable String error, Instant now, String where, Object... which)
            throws SQLException {
        @Nullable Object[] arguments = new Object[which.length + 2];
        arguments[0] = error;
        arguments[1] = now;
        System.arraycopy(which, 0, arguments, 2, which.length);
        List<Synced> failed = session.query(
                "update contract_file set sync_state = 'failed', sync_error = ?, updated_at = ? where " + where
                        + " returning id, contract_id, name, path",
                DocumentSyncTable::synced,
                arguments);
        for (Synced one : failed) {
            page.ofContract(
                    one.contractId(),
                    null,
                    "document_sync_failed",
                    error == null ? body(one) : body(one).put("error", error));
        }
        return !failed.isEmpty();
    }

    private static JsonObject body(Synced one) {
        JsonObject body = new JsonObject().put("fileId", one.id().toString()).put("name", one.name());
        return one.path() == null ? body : body.put("path", one.path());
    }
}
