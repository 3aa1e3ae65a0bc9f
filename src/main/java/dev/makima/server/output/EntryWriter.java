package dev.makima.server.output;

import dev.makima.base.FullDiskException;
import dev.makima.base.TaskId;
import dev.makima.server.core.News;
import dev.makima.server.store.EntryTable;
import dev.makima.server.store.OutputTable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Makes entries of what is stored, on a thread of its own and behind each stream's mark: acknowledging output never
 * waits for it, and a crash only means that it begins again at the mark.
 *
 * <p>Streams take turns, so that a flood in one does not hold up the others. The public methods are thread-safe.
 */
public final class EntryWriter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EntryWriter.class.getName());
    private static final int TURN_BYTES = 4 << 20;
    private static final int READ_BYTES = 1 << 20;
    private static final int BATCH_ENTRIES = 2000;
    private static final int BATCHES_UNDER_WAY = 2;
    private static final int SCANNERS_KEPT = 500;
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** How long a turn lets a flood of output go first: who watches one sees it this much later. */
    private static final Duration GIVES_WAY = Duration.ofMillis(400);

    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    private final OutputTable output;
    private final EntryTable table;
    private final News news;
    private final Clock clock;
    private final BooleanSupplier flooded;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Set<Long> streams = new LinkedHashSet<>();
    private final Set<TaskId> tasks = new LinkedHashSet<>();
    private boolean closed;

    /** Only used on the thread: the lines that are not over yet, of the streams that were looked at last. */
    private final Map<Long, EntryScanner> scanners = new LinkedHashMap<>(64, 0.75f, true);

    /**
     * A writer of entries; begins with {@link #start}.
     *
     * @param flooded whether more output waits to be stored than comes by the way; any thread
     */
    public EntryWriter(OutputTable output, EntryTable table, News news, Clock clock, BooleanSupplier flooded) {
        this.output = output;
        this.table = table;
        this.news = news;
        this.clock = clock;
        this.flooded = flooded;
        this.thread = Thread.ofPlatform().name("entries").daemon(true).unstarted(this::run);
    }

    /** Begins, first of all with what an earlier process has left. */
    public void start() {
        thread.start();
    }

    /** The stream has grown. */
    public void wake(long streamId) {
        add(streams, streamId);
    }

    /** The task's streams may have been closed. */
    public void wake(TaskId taskId) {
        add(tasks, taskId);
    }

    /** Ends after the turn that runs. Blocks for at most 10 s. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (!thread.join(Duration.ofSeconds(10))) {
                LOG.log(System.Logger.Level.WARNING, "entries are still being made; the next start goes on with them");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> void add(Set<T> set, T what) {
        lock.lock();
        try {
            if (set.add(what)) {
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        boolean begun = false;
        while (true) {
            Optional<Long> stream = Optional.empty();
            try {
                if (!begun) {
                    output.unparsed().forEach(this::wake);
                    begun = true;
                }
                Object next = next();
                if (next == null) {
                    return;
                }
                if (next instanceof TaskId taskId) {
                    output.streams(taskId).forEach(found -> wake(found.id()));
                } else {
                    stream = Optional.of((Long) next);
                    giveWay();
                    turn(stream.get());
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                failed(stream, e);
            }
        }
    }

    private @org.jspecify.annotations.Nullable Object next() throws InterruptedException {
        lock.lock();
        try {
            while (!closed && streams.isEmpty() && tasks.isEmpty()) {
                changed.await();
            }
            if (closed) {
                return null;
            }
            Set<?> from = tasks.isEmpty() ? streams : tasks;
            var iterator = from.iterator();
            Object first = iterator.next();
            iterator.remove();
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Output goes first, which daemons wait for to be acknowledged; but not for ever, since a flood may last. */
    private void giveWay() throws InterruptedException {
        long end = System.nanoTime() + GIVES_WAY.toNanos();
        lock.lock();
        try {
            while (!closed && flooded.getAsBoolean() && System.nanoTime() < end) {
                long _ = changed.awaitNanos(LOOK_EVERY.toNanos());
            }
        } finally {
            lock.unlock();
        }
    }

    /** The mark in the database is the truth: after a failure the stream is begun again there. */
    private void failed(Optional<Long> stream, RuntimeException e) {
        LOG.log(
                FullDiskException.level(System.Logger.Level.WARNING, e),
                "entries could not be made now, trying again",
                e);
        stream.ifPresent(id -> {
            scanners.remove(id);
            wake(id);
        });
        lock.lock();
        try {
            long left = RETRY.toNanos();
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void turn(long id) {
        Optional<OutputTable.Stream> found = output.stream(id);
        if (found.isEmpty()) {
            scanners.remove(id);
            return;
        }
        OutputTable.Stream stream = found.get();
        EntryScanner scanner =
                scanners.computeIfAbsent(id, ignored -> new EntryScanner(stream.name(), stream.parsedTo()));
        if (scanner.parsedTo() != stream.parsedTo()) {
            scanner = new EntryScanner(stream.name(), stream.parsedTo());
            scanners.put(id, scanner);
        }
        Batches batches = new Batches(stream, scanner);
        long end = Math.min(stream.length(), scanner.readTo() + TURN_BYTES);
        while (scanner.readTo() < end) {
            var chunks = output.read(id, scanner.readTo(), READ_BYTES);
            if (chunks.isEmpty()) {
                throw new IllegalStateException("stream " + id + " has no bytes at " + scanner.readTo());
            }
            for (OutputTable.Chunk chunk : chunks) {
                scanner.scan(chunk);
                batches.addIfFull();
            }
        }
        if (stream.complete() && scanner.readTo() >= stream.length()) {
            scanner.finish();
        }
        batches.add();
        batches.await(0);
        tidy(id, stream, scanner);
    }

    private void tidy(long id, OutputTable.Stream stream, EntryScanner scanner) {
        if (scanner.readTo() < stream.length()) {
            wake(id);
        } else if (stream.complete()) {
            scanners.remove(id);
        }
        if (scanners.size() > SCANNERS_KEPT) {
            var eldest = scanners.entrySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    /** The batches of one turn: the next is made while the last is written. */
    private final class Batches {
        private final OutputTable.Stream stream;
        private final EntryScanner scanner;
        private final Deque<CompletableFuture<Long>> underWay = new ArrayDeque<>();
        private long from;

        private Batches(OutputTable.Stream stream, EntryScanner scanner) {
            this.stream = stream;
            this.scanner = scanner;
            this.from = stream.parsedTo();
        }

        private void addIfFull() {
            if (scanner.size() >= BATCH_ENTRIES) {
                add();
            }
        }

        private void add() {
            long to = scanner.parsedTo();
            if (to == from) {
                return;
            }
            await(BATCHES_UNDER_WAY - 1);
            underWay.add(table.add(
                    new EntryTable.Batch(stream, from, to, scanner.takeEntries(), scanner.takeUsages()),
                    clock.instant()));
            from = to;
        }

        private void await(int left) {
            while (underWay.size() > left) {
                try {
                    underWay.remove().join();
                } catch (CompletionException e) {
                    throw new IllegalStateException("writing entries of stream " + stream.id(), e);
                }
                news.tell(stream.taskId());
            }
        }
    }
}
