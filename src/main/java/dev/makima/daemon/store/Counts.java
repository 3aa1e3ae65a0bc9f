package dev.makima.daemon.store;

import dev.makima.daemon.bus.StoreStatus;
import dev.makima.sql.Session;
import java.sql.SQLException;

/** The SQL of what the database holds in numbers; small tables all, but for runs that wait to be forgotten. */
final class Counts {
    private static final int NEWEST = 10;

    private Counts() {}

    static StoreStatus of(Session session) throws SQLException {
        return new StoreStatus(
                count(session, "SELECT count(*) AS n FROM outbox WHERE set_aside IS NULL"),
                count(session, "SELECT count(*) AS n FROM outbox WHERE set_aside IS NOT NULL"),
                InventoryTable.aside(session, NEWEST).reversed(),
                count(session, "SELECT count(*) AS n FROM task WHERE state NOT IN ('done', 'failed', 'interrupted')"),
                count(session, "SELECT count(*) AS n FROM run WHERE released_at IS NULL"));
    }

    private static long count(Session session, String query) throws SQLException {
        return session.one(query, row -> row.number("n")).orElse(0L);
    }
}
