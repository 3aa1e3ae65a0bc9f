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
 * is there again with its next word, and each of its daemons with that one's next heartbeat.
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
                .onSuccess(_ -> saidAt = now)
                .mapEmpty();
    }

    /** This server lives; daemons whose server is gone count as disconnected. To be called every few seconds. */
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
        session.update("delete from node where seen_at < ?", now.minus(SILENT));
        session.update(
                "update daemon set connected = 0, disconnected_at = ? where connected = 1"
                        + " and (node_id is null or not exists (select 1 from node n where n.id = daemon.node_id))",
                now);
    }
}
