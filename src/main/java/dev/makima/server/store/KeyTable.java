package dev.makima.server.store;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The API keys, of which only the hashes are kept, and whose they are. Thread-safe. */
public final class KeyTable {
    /** The name of the first owner, and of the first user of each. */
    private static final String FIRST = "admin";

    private static final String SELECT =
            "select k.*, (select name from account a where a.id = k.account_id) as user_name from api_key k where ";

    private final Database database;
    private final Reads reads;

    KeyTable(Database database, Reads reads) {
        this.database = database;
        this.reads = reads;
    }

    /**
     * A key as it may be shown.
     *
     * @param user the name of the user that it belongs to
     * @param prefix its first characters, to tell keys apart
     * @param admin whether the server made it by itself: such a one makes keys for any owner
     */
    public record Key(
            String id,
            String ownerId,
            String accountId,
            String user,
            String name,
            String prefix,
            boolean admin,
            Instant createdAt,
            @Nullable Instant lastUsedAt,
            @Nullable Instant revokedAt) {}

    /** Who a key belongs to: a user of an owner. */
    public record Holder(String ownerId, String accountId) {}

    /** The first holder there is: made, under the name "admin", where there is none. */
    public Future<Holder> firstHolder(Instant now) {
        return Writes.future(database.write(session -> {
            Optional<Holder> found = session.one(
                    "select owner_id, id from account order by created_at, id limit 1",
                    row -> new Holder(row.text("owner_id"), row.text("id")));
            return found.isPresent() ? found.get() : user(session, owner(session, FIRST, now), FIRST, now);
        }));
    }

    /**
     * The user of that name, whose owner has that name; each is made where it is not there yet.
     *
     * @param asking whose owner it is where none is named, and who it is where no user is named either
     * @param user null for the first user of another owner
     */
    public Future<Holder> holder(Key asking, @Nullable String owner, @Nullable String user, Instant now) {
        return Writes.future(database.write(session -> {
            String ownerId = owner == null ? asking.ownerId() : owner(session, owner, now);
            if (user == null && ownerId.equals(asking.ownerId())) {
                return new Holder(ownerId, asking.accountId());
            }
            return user(session, ownerId, user == null ? FIRST : user, now);
        }));
    }

    private static String owner(Session session, String name, Instant now) throws SQLException {
        session.update(
                "insert into owner (id, name, created_at) values (?, ?, ?) on conflict (name) do nothing",
                UUID.randomUUID(),
                name,
                now);
        return session.one("select id from owner where name = ?", row -> row.text("id"), name)
                .orElseThrow();
    }

    private static Holder user(Session session, String ownerId, String name, Instant now) throws SQLException {
        session.update(
                "insert into account (id, owner_id, name, created_at) values (?, ?, ?, ?)"
                        + " on conflict (owner_id, name) do nothing",
                UUID.randomUUID(),
                ownerId,
                name,
                now);
        return session.one(
                        "select id from account where owner_id = ? and name = ?",
                        row -> new Holder(ownerId, row.text("id")),
                        ownerId,
                        name)
                .orElseThrow();
    }

    /** Whether there is any key, revoked ones included. */
    public Future<Boolean> any() {
        return reads.one("select id from api_key limit 1", row -> true).map(Optional::isPresent);
    }

    /**
     * Adds a key.
     *
     * @param hash SHA-256 of the key in hexadecimal digits
     * @param admin whether it makes keys for any owner
     */
    public Future<Key> add(Holder holder, String name, String hash, String prefix, boolean admin, Instant now) {
        String id = UUID.randomUUID().toString();
        return Writes.future(database.write(session -> {
            session.update(
                    "insert into api_key (id, owner_id, account_id, name, hash, prefix, admin, created_at)"
                            + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                    id,
                    holder.ownerId(),
                    holder.accountId(),
                    name,
                    hash,
                    prefix,
                    admin,
                    now);
            String user = session.one(
                            "select name from account where id = ?", row -> row.text("name"), holder.accountId())
                    .orElseThrow();
            // As it is read later: the database keeps no more of it.
            Instant created = now.truncatedTo(ChronoUnit.MILLIS);
            return new Key(id, holder.ownerId(), holder.accountId(), user, name, prefix, admin, created, null, null);
        }));
    }

    /** The key of that hash unless it was revoked. */
    public Future<Optional<Key>> valid(String hash) {
        return reads.one(SELECT + "hash = ? and revoked_at is null", KeyTable::key, hash);
    }

    /**
     * The owner's keys, oldest first.
     *
     * @param behind the last key of the page before this one
     */
    public Future<List<Key>> list(String ownerId, TaskTable.@Nullable Position behind, int limit) {
        List<Object> arguments = new ArrayList<>(List.of(ownerId));
        String page = OldestFirst.page("created_at", arguments, behind, limit);
        return reads.query(SELECT + "owner_id = ?" + page, KeyTable::key, arguments.toArray());
    }

    /** Writes down that the key was used. */
    public Future<Void> used(String id, Instant now) {
        return Writes.future(database.write(
                        session -> session.update("update api_key set last_used_at = ? where id = ?", now, id)))
                .mapEmpty();
    }

    /** Revokes the key; one that is revoked stays as it is. Fails with NOT_FOUND where the owner has no such key. */
    public Future<Void> revoke(String ownerId, String id, Instant now) {
        return Writes.future(database.write(session -> {
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
                Columns.text(row, "user_name"),
                Columns.text(row, "name"),
                Columns.text(row, "prefix"),
                Columns.flag(row, "admin"),
                Columns.instant(row, "created_at"),
                Columns.instantOrNull(row, "last_used_at"),
                Columns.instantOrNull(row, "revoked_at"));
    }
}
