package dev.makima.sql;

import dev.makima.base.DiskAlarm;
import dev.makima.base.FullDiskException;
import dev.makima.base.MakimaException;
import java.sql.SQLException;
import java.util.List;

/**
 * Runs works on one session, all that wait in one transaction, so that one sync of the disk pays for many. A work that
 * fails takes only its own changes back. Belongs to the writer's thread.
 */
final class GroupCommit {
    private static final System.Logger LOG = System.getLogger(GroupCommit.class.getName());

    private final Engine engine;

    /** What became of a batch. */
    enum Outcome {
        /** All of it was told to the callers. */
        DONE,
        /** The connection was lost before the commit: nothing holds, and all of it can be run again. */
        LOST_BEFORE,
        /** The connection was lost in the commit: whether anything holds is not known. */
        LOST_IN_DOUBT
    }

    GroupCommit(Engine engine) {
        this.engine = engine;
    }

    /**
     * Runs and commits a batch, in as few transactions as it takes. Works that are done with, well or badly, are told so and
     * taken out of the batch; where the connection is lost, those that are left are not.
     */
    Outcome commit(Session session, List<Queued<?>> batch) {
        Outcome outcome = Outcome.DONE;
        while (outcome == Outcome.DONE && !batch.isEmpty()) {
            outcome = transaction(session, batch);
        }
        return outcome;
    }

    private Outcome transaction(Session session, List<Queued<?>> batch) {
        boolean safely = engine.hasCheapSavepoints();
        boolean committing = false;
        int done = 0;
        try {
            engine.begin(session);
            if (!safely && !runPlainly(session, batch)) {
                // Rare enough to be done twice: once more, each work behind a savepoint.
                session.execute("rollback");
                engine.begin(session);
                safely = true;
            }
            if (safely) {
                for (Queued<?> queued : batch) {
                    runBehindSavepoint(session, queued);
                    done++;
                }
            }
            committing = true;
            session.update("commit");
        } catch (SQLException e) {
            if (engine.isLost(e)) {
                return committing ? Outcome.LOST_IN_DOUBT : Outcome.LOST_BEFORE;
            }
            failed(session, batch, safely ? done : batch.size(), e);
            return Outcome.DONE;
        }
        batch.forEach(Queued::complete);
        batch.clear();
        return Outcome.DONE;
    }

    /** The transaction itself has failed, as it does on a full disk: what ran fails, the rest belongs into another one. */
    private void failed(Session session, List<Queued<?>> batch, int done, SQLException e) {
        MakimaException failure = engine.failure(e);
        if (!tellOfFullDisk(e)) {
            LOG.log(System.Logger.Level.ERROR, failure.explain());
        }
        rollBack(session);
        List<Queued<?>> failed = batch.subList(0, Math.min(done + 1, batch.size()));
        failed.forEach(queued -> queued.failWith(failure));
        failed.clear();
    }

    private boolean tellOfFullDisk(SQLException e) {
        boolean full = engine.failure(e) instanceof FullDiskException;
        if (full) {
            engine.disk().ifPresent(DiskAlarm::raise);
        }
        return full;
    }

    private boolean runPlainly(Session session, List<Queued<?>> batch) throws SQLException {
        for (Queued<?> queued : batch) {
            if (!queued.run(session, engine)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Runs one work.
     *
     * @throws SQLException where the transaction itself is lost, as SQLite does on a full disk
     */
    private void runBehindSavepoint(Session session, Queued<?> queued) throws SQLException {
        session.update("savepoint work");
        boolean ran = queued.run(session, engine);
        SQLException refused = queued.refused();
        if (refused != null) {
            tellOfFullDisk(refused);
        }
        try {
            if (!ran) {
                session.update("rollback to work");
            }
            session.update("release work");
        } catch (SQLException e) {
            // Gone with the transaction; what ended that is what the others are told as well.
            throw refused == null ? e : refused;
        }
    }

    private static void rollBack(Session session) {
        try {
            session.execute("rollback");
        } catch (SQLException e) {
            // There is nothing to roll back where the database has already done so.
            LOG.log(System.Logger.Level.DEBUG, "nothing to roll back", e);
        }
    }
}
