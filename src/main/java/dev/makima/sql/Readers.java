package dev.makima.sql;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The sessions that read, each for one caller at a time. One that has lost its connection is replaced. Thread-safe. */
final class Readers {
    private static final System.Logger LOG = System.getLogger(Readers.class.getName());
    private static final Duration WAIT = Duration.ofSeconds(10);

    private final Engine engine;
    private final String name;
    private final int count;
    /** Empty stands for one that has to be opened again. */
    private final BlockingQueue<Optional<Session>> idle;

    Readers(Engine engine, String name, int count) {
        this.engine = engine;
        this.name = name;
        this.count = count;
        this.idle = new ArrayBlockingQueue<>(count);
        for (int i = 0; i < count; i++) {
            idle.add(Optional.of(engine.openReader()));
        }
    }

    <T extends @Nullable Object> T read(Work<T> work) {
        @Nullable Session session = take().orElse(null);
        try {
            if (session != null) {
                try {
                    return read(session, work);
                } catch (SQLException e) {
                    if (!engine.isLost(e)) {
                        throw engine.failure(e);
                    }
                    // Nothing is lost by reading again; where this one is gone, so are often all others.
                    close(session);
                    session = null;
                }
            }
            session = engine.openReader();
            return read(session, work);
        } catch (SQLException e) {
            if (session != null && engine.isLost(e)) {
                close(session);
                session = null;
            }
            throw engine.failure(e);
        } finally {
            idle.add(Optional.ofNullable(session));
        }
    }

    private <T extends @Nullable Object> T read(Session session, Work<T> work) throws SQLException {
        engine.beginRead(session);
        try {
            return work.run(session);
        } finally {
            session.update("rollback");
        }
    }

    /** Closes them, waiting a little for each that is in use. */
    void close() {
        for (int i = 0; i < count; i++) {
            try {
                Optional<Session> session = idle.poll(1, TimeUnit.SECONDS);
                if (session != null) {
                    session.ifPresent(this::close);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void close(Session session) {
        try {
            session.close();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing a connection to database " + name, e);
        }
    }

    private Optional<Session> take() {
        try {
            Optional<Session> session = idle.poll(WAIT.toMillis(), TimeUnit.MILLISECONDS);
            if (session == null) {
                throw unavailable("is busy", "Try again later");
            }
            return session;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("was not read: the caller was stopped", "Try again");
        }
    }

    private MakimaException unavailable(String what, String cure) {
        return new MakimaException(ErrorCode.UNAVAILABLE, "database " + name + " " + what, cure);
    }
}
