package dev.makima.sql;

import dev.makima.base.DiskAlarm;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A database with one writer.
 *
 * <p>Writes are queued to one thread. Everything that queued while the last commit ran goes into the next transaction
 * (group commit), so that one sync of the disk pays for many writes and a lone write waits for nobody. A work that fails
 * takes only its own changes back. Where several processes share a database, their transactions wait for each other: a
 * work may take what it has read in it for granted.
 *
 * <p>Reads run on the caller's thread, each on a connection of its own and in one snapshot: they see what was committed
 * before, and never wait for the writer.
 *
 * <p>A connection that is lost is made again. Meanwhile writes wait for a few seconds; then they fail at once until it is
 * back. What had not come to its commit when it was lost is run again, as nothing of it holds; what was just being
 * committed fails, as nobody can tell whether it does.
 *
 * <p>Thread-safe.
 */
public final class Database implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Database.class.getName());
    private static final int BATCH_MAX = 1000;
    private static final int ATTEMPTS_MAX = 3;
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(30);

    private final DatabaseSettings settings;
    private final Engine engine;
    private final Connecting writer;
    private final Readers readers;
    private final BlockingQueue<Queued<?>> queue;
    private final Thread thread;
    private volatile boolean closed;

    private Database(DatabaseSettings settings, Engine engine, Session writer, Readers readers) {
        this.settings = settings;
        this.engine = engine;
        this.readers = readers;
        this.writer = new Connecting(engine, writer, settings.display());
        this.queue = new ArrayBlockingQueue<>(settings.queued());
        String path = settings.display();
        this.thread = Thread.ofPlatform()
                .name("writer-" + path.substring(path.lastIndexOf('/') + 1))
                .daemon(true)
                .unstarted(this::writeLoop);
    }

    /**
     * Opens the database: makes a file where it is missing, brings the schema up to date. Blocks.
     *
     * @throws MakimaException DB_ERROR, with the database's name and the cure, where it is no database of ours, damaged,
     *     not writable or newer than this program; UNAVAILABLE where its server does not answer; it is left as it was
     */
    public static Database open(DatabaseSettings settings) {
        Engine engine = Engine.of(settings);
        Session writer = engine.openWriter();
        Database database =
                new Database(settings, engine, writer, new Readers(engine, settings.display(), settings.readers()));
        database.thread.start();
        return database;
    }

    /**
     * Queues a work that changes the database. Never blocks.
     *
     * @return completes after the commit, on the writer's thread, which its dependents must not hold up; fails with what
     *     the work threw (a SQLException as a MakimaException DB_ERROR, or CONFLICT for a refused row), or with
     *     UNAVAILABLE where too much waits already, the connection is lost, or the database is closed
     */
    public <T extends @Nullable Object> CompletableFuture<T> write(Work<T> work) {
        Queued<T> queued = new Queued<>(work);
        MakimaException outage = writer.outage();
        if (closed) {
            queued.fail(closedNow());
        } else if (outage != null) {
            queued.fail(outage);
        } else if (!queue.offer(queued)) {
            queued.fail(unavailable(
                    "has " + settings.queued() + " writes waiting", "Try again when the disk has caught up"));
        } else if (closed) {
            // It was closed in between and its thread may be gone: whoever takes the work out ends it.
            failWaiting();
        }
        return queued.promise();
    }

    /**
     * Runs a work that only reads, on the caller's thread; a second time where the connection is lost. Blocks: never on
     * an event loop.
     *
     * @throws MakimaException what the work threw; DB_ERROR for a SQLException; UNAVAILABLE where all connections stay
     *     busy for 10 s, the server does not answer, or the database is closed
     */
    public <T extends @Nullable Object> T read(Work<T> work) {
        if (closed) {
            throw closedNow();
        }
        return readers.read(work);
    }

    /**
     * Looks at all of the database, unless it is larger than that: a file's beginning may be whole where others are not. Reads
     * about a gigabyte in a second; a server looks after its own files. Blocks.
     *
     * @throws UnusableDatabaseException where it is damaged; it is as it was
     */
    public void refuseDamaged(long mostBytes) {
        read(session -> {
            engine.refuseDamaged(session, mostBytes);
            return true;
        });
    }

    /** How many works wait for the writer at this moment. */
    public int waiting() {
        return queue.size();
    }

    /** Why nothing can be written at this moment, or null where it can: the connection is lost. */
    public @Nullable MakimaException outage() {
        return writer.outage();
    }

    /**
     * Connections that can only read, for whoever pools them. One that was lost is replaced by itself; the statement that
     * finds out fails with what {@link #isLost} knows.
     */
    public DataSource readSource() {
        return engine.readSource();
    }

    /** A text as it is kept: without NUL, which not every database takes. For arguments of statements of others. */
    public static String storable(String text) {
        return Session.storable(text);
    }

    /** Whether a statement failed since its connection was lost: one that reads can be run again. */
    public boolean isLost(Throwable e) {
        return e instanceof SQLException failure && engine.isLost(failure);
    }

    /** What a failure of a statement means to the one who reads it. */
    public MakimaException failure(Throwable e) {
        return e instanceof SQLException failure
                ? engine.failure(failure)
                : new MakimaException(
                        ErrorCode.DB_ERROR,
                        "database " + settings.display() + " could not be read: " + e.getMessage(),
                        "Try again",
                        e);
    }

    /** Writes what is queued, then closes. Blocks for at most 30 s and may be called again. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        writer.giveUp();
        thread.interrupt();
        try {
            if (!thread.join(CLOSE_WAIT)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "database {0}: still writing, closed without waiting",
                        settings.display());
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        failWaiting();
        readers.close();
    }

    private void writeLoop() {
        GroupCommit commits = new GroupCommit(engine);
        List<Queued<?>> batch = new ArrayList<>();
        while (true) {
            try {
                Queued<?> first = next();
                if (first == null) {
                    break;
                }
                batch.add(first);
            } catch (InterruptedException e) {
                // Sent by close() to end the wait; the next turn looks at what is left.
                continue;
            }
            engine.disk().ifPresent(DiskAlarm::look);
            queue.drainTo(batch, BATCH_MAX - 1);
            write(commits, batch);
            batch.clear();
        }
        writer.close();
    }

    /**
     * The next work; null where the database is closed and nothing is left. While the disk is full, it is looked at in
     * between: that it is over is to be said in time.
     */
    private @Nullable Queued<?> next() throws InterruptedException {
        Optional<DiskAlarm> disk = engine.disk();
        while (disk.isPresent() && disk.get().isFull() && !closed) {
            Queued<?> queued = queue.poll(1, TimeUnit.SECONDS);
            if (queued != null) {
                return queued;
            }
            disk.get().look();
        }
        return closed ? queue.poll() : queue.take();
    }

    private void write(GroupCommit commits, List<Queued<?>> batch) {
        for (int attempt = 1; ; attempt++) {
            Session session = writer.session(outage -> {
                fail(batch, outage);
                batch.clear();
                failQueued(outage);
            });
            if (session == null) {
                fail(batch, closedNow());
                return;
            }
            switch (commits.commit(session, batch)) {
                case DONE -> {
                    return;
                }
                case LOST_BEFORE -> {
                    writer.lost();
                    if (attempt == ATTEMPTS_MAX) {
                        fail(batch, unavailable("lost the connection " + attempt + " times", "See the server's log"));
                        return;
                    }
                }
                case LOST_IN_DOUBT -> {
                    writer.lost();
                    fail(
                            batch,
                            unavailable(
                                    "was lost in the middle of a commit: what was written may be there or not",
                                    "Look whether it is there before you do it again"));
                    return;
                }
            }
        }
    }

    private static void fail(List<Queued<?>> batch, MakimaException why) {
        batch.forEach(queued -> queued.fail(why));
    }

    private void failQueued(MakimaException why) {
        for (Queued<?> left = queue.poll(); left != null; left = queue.poll()) {
            left.fail(why);
        }
    }

    private void failWaiting() {
        if (!thread.isAlive()) {
            failQueued(closedNow());
        }
    }

    private MakimaException closedNow() {
        return unavailable("is closed", "Start the program again");
    }

    private MakimaException unavailable(String what, String cure) {
        return new MakimaException(ErrorCode.UNAVAILABLE, "database " + settings.display() + " " + what, cure);
    }
}
