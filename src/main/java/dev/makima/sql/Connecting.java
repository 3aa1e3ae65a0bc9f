package dev.makima.sql;

import dev.makima.base.MakimaException;
import dev.makima.base.OutageException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The writer's session, made again where its connection is lost. Used by the writer's thread, but for {@link #outage}
 * and {@link #giveUp}.
 */
final class Connecting {
    private static final System.Logger LOG = System.getLogger(Connecting.class.getName());
    /** How long writes wait for the connection before they fail: about what a server takes that starts again. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final long PAUSE_FIRST_MILLIS = 50;
    private static final long PAUSE_LONGEST_MILLIS = 2000;

    private final Engine engine;
    private final String name;
    private final CountDownLatch givenUp = new CountDownLatch(1);
    private @Nullable Session session;
    private volatile @Nullable MakimaException outage;

    Connecting(Engine engine, Session session, String name) {
        this.engine = engine;
        this.session = session;
        this.name = name;
    }

    /** Why there has been no connection for too long, or null where there is one or may be one soon. Any thread. */
    @Nullable
    MakimaException outage() {
        return outage;
    }

    /** No more waiting for a connection that is lost. Any thread. */
    void giveUp() {
        givenUp.countDown();
    }

    /** The connection is gone. */
    void lost() {
        LOG.log(System.Logger.Level.WARNING, "database {0}: the connection is lost, making it again", name);
        close();
    }

    /**
     * The session. Blocks until there is one.
     *
     * @param failing told, over and over, that there has been none for too long
     * @return null where it was given up
     */
    @Nullable
    Session session(Consumer<MakimaException> failing) {
        if (session != null) {
            return session;
        }
        long begun = System.nanoTime();
        long pause = PAUSE_FIRST_MILLIS;
        while (session == null) {
            try {
                session = engine.openWriter();
            } catch (MakimaException e) {
                if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                    failing.accept(declare(e));
                }
                if (isGivenUp(pause)) {
                    return null;
                }
                pause = Math.min(2 * pause, PAUSE_LONGEST_MILLIS);
            }
        }
        outage = null;
        LOG.log(System.Logger.Level.INFO, "database {0}: connected again", name);
        return session;
    }

    /** Closes the session, whatever state it is in. */
    void close() {
        Session open = session;
        session = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.DEBUG, "closing a connection to database " + name, e);
            }
        }
    }

    private MakimaException declare(MakimaException e) {
        MakimaException known = outage;
        if (known == null) {
            LOG.log(System.Logger.Level.ERROR, "{0}: no write is taken until it is back", e.explain());
            known = new OutageException(e.what(), e.cure().orElse("Try again later"), e);
            outage = known;
        }
        return known;
    }

    private boolean isGivenUp(long pauseMillis) {
        try {
            return givenUp.await(pauseMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            // Sent by close(), which has given up before.
            return givenUp.getCount() == 0;
        }
    }
}
