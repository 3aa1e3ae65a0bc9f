package dev.makima.sql;

import dev.makima.base.DiskAlarm;
import dev.makima.base.ErrorCode;
import dev.makima.base.FullDiskException;
import dev.makima.base.MakimaException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A database with one writer.
 *
 * <p>Writes are queued to one thread. Everything that queued while the last commit ran goes into the next transaction
 * (group commit), so that one sync of the disk pays for many writes and a lone write waits for nobody. Within the
 * transaction each work stands behind a savepoint: one that fails takes only its own changes back.
 *
 * <p>Reads run on the caller's thread, each on a connection of its own and in one snapshot: they see what was committed
 * before, and never wait for the writer.
 *
 * <p>Thread-safe.
 */
public final class Database implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Database.class.getName());
    private static final int BATCH_MAX = 1000;
    private static final Duration READER_WAIT = Duration.ofSeconds(10);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(30);

    private final DatabaseSettings settings;
    private final Session writer;
    private final BlockingQueue<Session> readers;
    private final BlockingQueue<Queued<?>> queue;
    private final Thread thread;
    private final DiskAlarm disk;
    private volatile boolean closed;

    private Database(DatabaseSettings settings, Session writer, BlockingQueue<Session> readers) {
        this.settings = settings;
        this.writer = writer;
        this.readers = readers;
        this.queue = new ArrayBlockingQueue<>(settings.queued());
        this.disk = new DiskAlarm(
                LOG,
                "database " + settings.file(),
                "What is to be written fails until then; what was acknowledged is kept",
                Objects.requireNonNull(settings.file().getParent(), "an absolute file has a directory"));
        this.thread = Thread.ofPlatform()
                .name("writer-" + settings.file().getFileName())
                .daemon(true)
                .unstarted(this::writeLoop);
    }

    /** A work that waits for the writer, then for the commit. */
    private static final class Queued<T extends @Nullable Object> {
        private final Work<T> work;
        private final CompletableFuture<T> promise = new CompletableFuture<>();
        private @Nullable T result;
        private @Nullable RuntimeException failure;

        private Queued(Work<T> work) {
            this.work = work;
        }

        private void run(Session session) throws SQLException {
            result = work.run(session);
        }

        @SuppressWarnings("NullAway") // A work of Void gives null; T says so.
        private void complete() {
            if (failure != null) {
                promise.completeExceptionally(failure);
            } else {
                promise.complete(result);
            }
        }
    }

    /**
     * Opens the database: makes it where it is missing, brings its schema up to date. Blocks.
     *
     * @throws MakimaException DB_ERROR, with the file's name and the cure, where it is no database of ours, damaged,
     *     not writable or newer than this program; the file is left as it was
     */
    public static Database open(DatabaseSettings settings) {
        SqliteFile file = new SqliteFile(settings);
        Session writer = file.openWriter();
        BlockingQueue<Session> readers = new ArrayBlockingQueue<>(settings.readers());
        for (int i = 0; i < settings.readers(); i++) {
            readers.add(file.openReader());
        }
        Database database = new Database(settings, writer, readers);
        database.thread.start();
        return database;
    }

    /**
     * Queues a work that changes the database. Never blocks.
     *
     * @return completes after the commit, on the writer's thread, which its dependents must not hold up; fails with what
     *     the work threw (a SQLException as a MakimaException DB_ERROR, or CONFLICT for a refused row), or with
     *     UNAVAILABLE where too much waits already or the database is closed
     */
    public <T extends @Nullable Object> CompletableFuture<T> write(Work<T> work) {
        Queued<T> queued = new Queued<>(work);
        if (closed) {
            queued.promise.completeExceptionally(unavailable("is closed", "Start the program again"));
        } else if (!queue.offer(queued)) {
            queued.promise.completeExceptionally(unavailable(
                    "has " + settings.queued() + " writes waiting", "Try again when the disk has caught up"));
        } else if (closed) {
            // It was closed in between and its thread may be gone: whoever takes the work out ends it.
            failWaiting();
        }
        return queued.promise;
    }

    /**
     * Runs a work that only reads, on the caller's thread. Blocks: never on an event loop.
     *
     * @throws MakimaException what the work threw; DB_ERROR for a SQLException; UNAVAILABLE where all connections stay
     *     busy for 10 s or the database is closed
     */
    public <T extends @Nullable Object> T read(Work<T> work) {
        Session session = takeReader();
        try {
            session.execute("begin");
            try {
                return work.run(session);
            } finally {
                session.execute("rollback");
            }
        } catch (SQLException e) {
            throw SqlErrors.of(settings.file(), e);
        } finally {
            readers.add(session);
        }
    }

    /**
     * Looks at all pages, unless the file is larger than that: its beginning may be whole where others are not, which
     * would come to light page by page, long after the start. Reads about a gigabyte in a second. Blocks.
     *
     * @throws UnusableDatabaseException where it is damaged; the file is as it was
     */
    public void refuseDamaged(long mostBytes) {
        if (settings.file().toFile().length() > mostBytes) {
            return;
        }
        String verdict = read(session -> session.one("pragma quick_check(1)", row -> row.text("quick_check"))
                .orElse("nothing"));
        if (!verdict.equals("ok")) {
            throw UnusableDatabaseException.damaged(settings.file(), verdict);
        }
    }

    /** How many works wait for the writer at this moment. */
    public int waiting() {
        return queue.size();
    }

    /** Writes what is queued, then closes. Blocks for at most 30 s and may be called again. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        thread.interrupt();
        try {
            if (!thread.join(CLOSE_WAIT)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "database {0}: still writing, closed without waiting",
                        settings.file());
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        failWaiting();
        closeReaders();
    }

    private void closeReaders() {
        for (int i = 0; i < settings.readers(); i++) {
            try {
                Session session = readers.poll(1, TimeUnit.SECONDS);
                if (session != null) {
                    session.close();
                }
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.WARNING, "closing the database " + settings.file(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private Session takeReader() {
        if (closed) {
            throw unavailable("is closed", "Start the program again");
        }
        try {
            Session session = readers.poll(READER_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            if (session == null) {
                throw unavailable("is busy", "Try again later");
            }
            return session;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("was not read: the caller was stopped", "Try again");
        }
    }

    private void writeLoop() {
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
            disk.look();
            queue.drainTo(batch, BATCH_MAX - 1);
            commit(batch);
            batch.clear();
        }
        try {
            writer.close();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.WARNING, "closing the database " + settings.file(), e);
        }
    }

    /**
     * The next work; null where the database is closed and nothing is left. While the disk is full, it is looked at in
     * between: that it is over is to be said in time.
     */
    private @Nullable Queued<?> next() throws InterruptedException {
        while (disk.isFull() && !closed) {
            Queued<?> queued = queue.poll(1, TimeUnit.SECONDS);
            if (queued != null) {
                return queued;
            }
            disk.look();
        }
        return closed ? queue.poll() : queue.take();
    }

    private void commit(List<Queued<?>> batch) {
        for (int done = 0; done < batch.size(); ) {
            done += transaction(batch.subList(done, batch.size()));
        }
    }

    /** Gives how many of the works are done with, well or badly: the others belong into another transaction. */
    private int transaction(List<Queued<?>> batch) {
        int done = 0;
        try {
            // A plain "begin" would fail at its first write where a reader's snapshot is newer; this waits instead.
            writer.execute("begin immediate");
            for (Queued<?> queued : batch) {
                runBehindSavepoint(queued);
                done++;
            }
            writer.execute("commit");
        } catch (SQLException e) {
            MakimaException failure = SqlErrors.of(settings.file(), e);
            if (!tellOfFullDisk(failure)) {
                LOG.log(System.Logger.Level.ERROR, failure.explain());
            }
            rollBack();
            List<Queued<?>> failed = batch.subList(0, Math.min(done + 1, batch.size()));
            // What had failed for a reason of its own keeps that; nothing of the others holds.
            failed.stream().filter(queued -> queued.failure == null).forEach(queued -> queued.failure = failure);
            failed.forEach(Queued::complete);
            return failed.size();
        }
        batch.forEach(Queued::complete);
        return batch.size();
    }

    /**
     * Runs one work.
     *
     * @throws SQLException where the transaction itself is lost, as SQLite does on a full disk
     */
    private void runBehindSavepoint(Queued<?> queued) throws SQLException {
        writer.update("savepoint work");
        @Nullable SQLException refused = null;
        try {
            queued.run(writer);
        } catch (SQLException e) {
            refused = e;
            queued.failure = SqlErrors.of(settings.file(), e);
            tellOfFullDisk(queued.failure);
        } catch (RuntimeException e) {
            queued.failure = e;
        } catch (Error e) {
            queued.failure = new MakimaException(ErrorCode.INTERNAL, "a write failed: " + e, null, e);
        }
        try {
            if (queued.failure != null) {
                writer.update("rollback to work");
            }
            writer.update("release work");
        } catch (SQLException e) {
            // Gone with the transaction; what ended that is what the others are told as well.
            throw refused == null ? e : refused;
        }
    }

    private boolean tellOfFullDisk(RuntimeException failure) {
        boolean full = failure instanceof FullDiskException;
        if (full) {
            disk.raise();
        }
        return full;
    }

    private void rollBack() {
        try {
            writer.execute("rollback");
        } catch (SQLException e) {
            // There is nothing to roll back where SQLite has already done so.
            LOG.log(System.Logger.Level.DEBUG, "nothing to roll back", e);
        }
    }

    private void failWaiting() {
        if (thread.isAlive()) {
            return;
        }
        for (Queued<?> left = queue.poll(); left != null; left = queue.poll()) {
            left.failure = unavailable("is closed", "Start the program again");
            left.complete();
        }
    }

    private MakimaException unavailable(String what, String cure) {
        return new MakimaException(ErrorCode.UNAVAILABLE, "database " + settings.file() + " " + what, cure);
    }
}
