package dev.makima.server.store;

import dev.makima.sql.Database;
import dev.makima.sql.Session;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * The servers that use one database, so that none takes another's daemons for disconnected. Each says from time to time
 * that it lives; one that does not for a while is gone, and so are its daemons' connections. A server that only stood still
 * is there again with its next word, and each of its daemons with that one's next heartbeat. Of one that has said nothing since this
 * one began is not known until then whether it lives: it may have been killed, and this one started in its place.
 *
 * <p>A file is one server's alone: whoever had it before is gone, and nothing has to be said. Thread-safe.
 */
public final class NodeTable {
    /** Who has said nothing for so long is gone. */
    static final Duration SILENT = Duration.ofSeconds(30);

    private static final Duration SAID_EVERY = Duration.ofSeconds(10);

    private final Database database;
    private final UUID id;
    private final boolean alone;
    private volatile Instant began = Instant.EPOCH;
    private volatile Instant saidAt = Instant.MIN;

    /**
     * The table for one server.
     *
     * @param alone whether no other server can use the database
     */
    NodeTable(Database database, UUID id, boolean alone) {
        this.database = database;
        this.id = id;
        this.alone = alone;
    }

    /** This server begins: daemons whose server is gone count as disconnected. */
    Future<Void> begin(Instant now) {
        return Writes.future(database.write(session -> {
                    if (alone) {
                        session.update("delete from node");
                    }
                    live(session, now);
                    return true;
                }))
                .onSuccess(_ -> {
                    began = now;
                    saidAt = now;
                })
                .mapEmpty();
    }

    /**
     * This server lives; daemons whose server is gone count as disconnected, and where that one said nothing since this one began,
     * as if that had been known then. To be called every few seconds.
     */
    public Future<Void> live(Instant now) {
        if (alone || now.isBefore(saidAt.plus(SAID_EVERY))) {
            return Future.succeededFuture();
        }
        return Writes.future(database.write(session -> {
                    live(session, now);
                    return true;
                }))
                .onSuccess(_ -> saidAt = now)
                .mapEmpty();
    }

    /** This server ends. Where the database can't be reached, the others find it out. */
    Future<Void> end() {
        return alone || database.outage() != null
                ? Future.succeededFuture()
                : Writes.future(database.write(session -> session.update("delete from node where id = ?", id)))
                        .<Void>mapEmpty()
                        .otherwiseEmpty();
    }

    private void live(Session session, Instant now) throws SQLException {
        session.update(
                "insert into node (id, seen_at) values (?, ?) on conflict (id) do update set seen_at = excluded.seen_at",
                id,
                now);
        Instant silent = now.minus(SILENT);
        if (leftBehind(session, silent) > 0) {
            HandOverTable.renewAll(session, id, began);
        }
        session.update("delete from node where seen_at < ?", silent);
        session.update(
                "update daemon set connected = 0, disconnected_at = ? where connected = 1"
                        + " and (node_id is null or not exists (select 1 from node n where n.id = daemon.node_id))",
                now);
    }

    /**
     * The daemons of servers that were gone when this one began. Others that began since wait for them as well, see
     * {@link DispatchTable#claim}: for these it is the last word of the daemon's server, which none of them was there to hear.
     */
    private int leftBehind(Session session, Instant silent) throws SQLException {
        return session.update(
                "update daemon set connected = 0, disconnected_at = case when exists (select 1 from node o where o.id <> ?"
                        + " and o.seen_at >= ?) then (select n.seen_at from node n where n.id = daemon.node_id) else ? end"
                        + " where connected = 1 and exists (select 1 from node n where n.id = daemon.node_id"
                        + " and n.seen_at < ? and n.seen_at <= ?)",
                id,
                silent,
                began,
                silent,
                began);
    }
}
