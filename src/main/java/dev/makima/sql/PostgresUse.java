package dev.makima.sql;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.sql.SQLException;

/**
 * The lock that says who uses a database: each server's writer holds it, shared, as long as its session lives, and a copy
 * wants it for itself. Stateless.
 */
final class PostgresUse {
    private static final String KEY = "(?, hashtext(current_schema()))";
    /** What a program held that has just ended may take a moment to be free. */
    private static final String SOON = "set lock_timeout = '2s'";
    /** Longer than any transaction of another server takes. */
    private static final String USUAL = "set lock_timeout = '40s'";

    private final PostgresSettings settings;

    PostgresUse(PostgresSettings settings) {
        this.settings = settings;
    }

    /**
     * Uses the database beside others.
     *
     * @throws MakimaException CONFLICT where a program has it for itself
     */
    void share(Session session) throws SQLException {
        lock(session, "pg_advisory_lock_shared");
    }

    /**
     * Uses the database alone, with a session that has shared it before.
     *
     * @throws MakimaException CONFLICT where another program uses it
     */
    void takeAlone(Session session) throws SQLException {
        call(session, "pg_advisory_unlock_shared");
        lock(session, "pg_advisory_lock");
    }

    private void lock(Session session, String function) throws SQLException {
        session.execute(SOON);
        try {
            call(session, function);
        } catch (SQLException e) {
            if (!PostgresErrors.isTimeout(e)) {
                throw e;
            }
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "database " + settings.display() + " is in use by another program",
                    "Stop the server that uses it, or wait until the copy is done, then try again",
                    e);
        }
        session.execute(USUAL);
    }

    private void call(Session session, String function) throws SQLException {
        session.query("select " + function + KEY, row -> true, settings.applicationId() + 1);
    }
}
