package dev.makima.server.store;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.sql.Database;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The API keys, of which only the hashes are kept, and whose they are. Thread-safe. */
public final class KeyTable {
    private final Database database;
    private final Reads reads;

    KeyTable(Database database, Reads reads) {
        this.database = database;
        this.reads = reads;
    }

    /**
     * A key as it may be shown.
     *
     * @param prefix its first characters, to tell keys apart
     */
    public record Key(
            String id,
            String ownerId,
            String accountId,
            String name,
            String prefix,
            Instant createdAt,
            @Nullable Instant lastUsedAt,
            @Nullable Instant revokedAt) {}

    /** Who a new key belongs to. */
    public record Holder(String ownerId, String accountId) {}

    /** The first holder there is: made, under the name "admin", where there is none. */
    public Future<Holder> firstHolder(Instant now) {
        return Store.future(database.write(session -> {
            var found = session.one(
                    "select owner_id, id from account order by created_at, id limit 1",
                    row -> new Holder(row.text("owner_id"), row.text("id")));
            if (found.isPresent()) {
                return found.get();
            }
            Holder holder =
                    new Holder(UUID.randomUUID().toString(), UUID.randomUUID().toString());
            session.update("insert into owner (id, name, created_at) values (?, ?, ?)", holder.ownerId(), "admin", now);
            session.update(
                    "insert into account (id, owner_id, name, created_at) values (?, ?, ?, ?)",
                    holder.accountId(),
                    holder.ownerId(),
                    "admin",
                    now);
            return holder;
        }));
    }

    /** Whether there is any key, revoked ones included. */
    public Future<Boolean> any() {
        return reads.one("select id from api_key limit 1", row -> true).map(Optional::isPresent);
    }

    /**
     * Adds a key.
     *
     * @param hash SHA-256 of the key in hexadecimal digits
     */
    public Future<Key> add(Holder holder, String name, String hash, String prefix, Instant now) {
        Key key = new Key(
                UUID.randomUUID().toString(), holder.ownerId(), holder.accountId(), name, prefix, now, null, null);
        return Store.future(database.write(session -> {
            session.update(
                    "insert into api_key (id, owner_id, account_id, name, hash, prefix, created_at)"
                            + " values (?, ?, ?, ?, ?, ?, ?)",
                    key.id(),
                    key.ownerId(),
                    key.accountId(),
                    name,
                    hash,
                    prefix,
                    now);
            return key;
        }));
    }

    /** The key of that hash unless it was revoked. */
    public Future<Optional<Key>> valid(String hash) {
        return reads.one("select * from api_key where hash = ? and revoked_at is null", KeyTable::key, hash);
    }

    /**
     * The owner's keys, oldest first.
     *
     * @param behind the last key of the page before this one
     */
    public Future<List<Key>> list(String ownerId, TaskTable.@Nullable Position behind, int limit) {
        String select = "select * from api_key where owner_id = ?";
        String order = " order by created_at, id limit ?";
        if (behind == null) {
            return reads.query(select + order, KeyTable::key, ownerId, limit);
        }
        long at = behind.createdAt().toEpochMilli();
        return reads.query(
                select + " and (created_at > ? or (created_at = ? and id > ?))" + order,
                KeyTable::key,
                ownerId,
                at,
                at,
                behind.id(),
                limit);
    }

    /** Writes down that the key was used. */
    public Future<Void> used(String id, Instant now) {
        return Store.future(database.write(
                        session -> session.update("update api_key set last_used_at = ? where id = ?", now, id)))
                .mapEmpty();
    }

    /** Revokes the key; one that is revoked stays as it is. Fails with NOT_FOUND where the owner has no such key. */
    public Future<Void> revoke(String ownerId, String id, Instant now) {
        return Store.future(database.write(session -> {
                    int changed = session.update(
                            "update api_key set revoked_at = coalesce(revoked_at, ?) where id = ? and owner_id = ?",
                            now,
                            id,
                            ownerId);
                    if (changed == 0) {
                        throw new MakimaException(
                                ErrorCode.NOT_FOUND, "no key " + id, "See the list of keys for the ids");
                    }
                    return changed;
                }))
                .mapEmpty();
    }

    private static Key key(io.vertx.sqlclient.Row row) {
        return new Key(
                Columns.text(row, "id"),
                Columns.text(row, "owner_id"),
                Columns.text(row, "account_id"),
                Columns.text(row, "name"),
                Columns.text(row, "prefix"),
                Columns.instant(row, "created_at"),
                Columns.instantOrNull(row, "last_used_at"),
                Columns.instantOrNull(row, "revoked_at"));
    }
}
