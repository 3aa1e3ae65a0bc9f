package dev.makima.sql;

import java.sql.SQLException;

/**
 * A piece of work on the database: a few statements that belong together.
 *
 * <p>It may be run again, from its beginning, where what it did was rolled back through no fault of its own: all that it
 * makes it makes anew in each run.
 *
 * <p>It must not keep the session, start threads with it, or wait for anything but the database: while a writing work
 * runs, no other can.
 *
 * @param <T> what it gives back
 */
@FunctionalInterface
public interface Work<T extends @org.jspecify.annotations.Nullable Object> {
    /**
     * Runs the statements.
     *
     * @param session valid until this method returns
     * @throws SQLException where a statement failed: everything this work did is rolled back
     */
    T run(Session session) throws SQLException;
}
