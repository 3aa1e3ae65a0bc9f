package dev.makima.server.output;

import dev.makima.base.PassingTrouble;
import dev.makima.base.TaskId;
import dev.makima.server.core.News;
import dev.makima.server.store.EntryTable;
import dev.makima.server.store.OutputTable;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Makes entries of what is stored, on a thread of its own and behind each stream's mark: acknowledging output never
 * waits for it, and a crash only means that it begins again at the mark.
 *
 * <p>Streams take turns, so that a flood in one does not hold up the others, and none waits for another's commit. The
 * public methods are thread-safe.
 */
public final class EntryWriter implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EntryWriter.class.getName());
    private static final int TURN_BYTES = 1 << 20;
    private static final int LARGE_BYTES = 256 * 1024;
    private static final int BATCH_ENTRIES = 2000;
    /** As many as print at once on a busy server: one that was let go is made again for each line. */
    private static final int SCANNERS_KEPT = 2000;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final OutputTable output;
    private final EntryTable table;
    private final News news;
    private final Clock clock;
    private final DueStreams due;
    private final Thread thread;

    /** Only used on the thread: the lines that are not over yet, of the streams that were looked at last. */
    private final Map<Long, EntryScanner> scanners = new LinkedHashMap<>(64, 0.75f, true);

    /**
     * A writer of entries; begins with {@link #start}.
     *
     * @param flooded whether more output comes than by the way, which goes first then; any thread
     */
    public EntryWriter(OutputTable output, EntryTable table, News news, Clock clock, BooleanSupplier flooded) {
        this(output, table, news, clock, new DueStreams(flooded, System::nanoTime));
    }

    /** Looks at what is due there. */
    EntryWriter(OutputTable output, EntryTable table, News news, Clock clock, DueStreams due) {
        this.output = output;
        this.table = table;
        this.news = news;
        this.clock = clock;
        this.due = due;
        this.thread = Thread.ofPlatform().name("entries").daemon(true).unstarted(this::run);
    }

    /** Begins, first of all with what an earlier process has left. */
    public void start() {
        thread.start();
    }

    /** The stream has grown. */
    public void wake(long streamId) {
        due.add(streamId);
    }

    /** The task's streams may have been closed. */
    public void wake(TaskId taskId) {
        due.add(taskId);
    }

    /** Ends after the turn that runs. Blocks for at most 10 s. */
    @Override
    public void close() {
        due.close();
        try {
            if (!thread.join(Duration.ofSeconds(10))) {
                LOG.log(System.Logger.Level.WARNING, "entries are still being made; the next start goes on with them");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean begun = false;
        while (true) {
            Optional<DueStreams.Due> next = Optional.empty();
            try {
                if (!begun) {
                    output.unparsed().forEach(this::wake);
                    begun = true;
                }
                next = due.next(scanners::containsKey);
                if (next.isEmpty()) {
                    return;
                }
                switch (next.get()) {
                    case DueStreams.Due.Stream stream -> turn(stream.id());
                    case DueStreams.Due.Task task -> output.streams(task.id()).forEach(found -> wake(found.id()));
                    case DueStreams.Due.Failure failure ->
                        throw new IllegalStateException("writing entries of stream " + failure.id(), failure.why());
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                failed(next, e);
            }
        }
    }

    /** The mark in the database is the truth: after a failure the stream is begun again there. */
    private void failed(Optional<DueStreams.Due> what, RuntimeException e) {
        LOG.log(PassingTrouble.level(System.Logger.Level.WARNING, e), "entries could not be made now, trying again", e);
        what.ifPresent(done -> {
            switch (done) {
                case DueStreams.Due.Stream stream -> again(stream.id());
                case DueStreams.Due.Failure failure -> again(failure.id());
                case DueStreams.Due.Task task -> wake(task.id());
            }
        });
        try {
            due.pause(RETRY.toNanos());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void again(long id) {
        scanners.remove(id);
        wake(id);
    }

    private void turn(long id) throws InterruptedException {
        boolean settled = due.isSettled(id);
        Optional<OutputTable.Stretch> found =
                output.stretch(id, stream -> scanner(stream, settled).readTo(), TURN_BYTES);
        if (found.isEmpty()) {
            scanners.remove(id);
            return;
        }
        OutputTable.Stream stream = found.get().stream();
        EntryScanner scanner = scanner(stream, settled);
        boolean large = stream.length() - scanner.readTo() > LARGE_BYTES;
        if (large && due.givesWay(id)) {
            return;
        }
        long begin = System.nanoTime();
        scan(found.get(), scanner);
        if (large) {
            due.tookTurn(System.nanoTime() - begin);
        }
        tidy(id, stream, scanner);
    }

    /** What was read is ahead of the mark as long as a batch is under way; after that they have to agree. */
    private EntryScanner scanner(OutputTable.Stream stream, boolean settled) {
        EntryScanner scanner = scanners.get(stream.id());
        if (scanner == null || (settled && scanner.parsedTo() != stream.parsedTo())) {
            scanner = new EntryScanner(stream.name(), stream.parsedTo());
            scanners.put(stream.id(), scanner);
        }
        return scanner;
    }

    private void scan(OutputTable.Stretch stretch, EntryScanner scanner) throws InterruptedException {
        OutputTable.Stream stream = stretch.stream();
        if (stretch.chunks().isEmpty() && scanner.readTo() < stream.length()) {
            throw new IllegalStateException("stream " + stream.id() + " has no bytes at " + scanner.readTo());
        }
        long from = scanner.parsedTo();
        for (OutputTable.Chunk chunk : stretch.chunks()) {
            scanner.scan(chunk);
            if (scanner.size() >= BATCH_ENTRIES) {
                from = write(stream, from, scanner);
            }
        }
        if (stream.complete() && scanner.readTo() >= stream.length()) {
            scanner.finish();
        }
        write(stream, from, scanner);
    }

    /** Gives what was made to the writer, and does not wait for it: the next stretch is made while it is written. */
    private long write(OutputTable.Stream stream, long from, EntryScanner scanner) throws InterruptedException {
        long to = scanner.parsedTo();
        if (to == from || !due.begin(stream.id())) {
            return from;
        }
        CompletableFuture<Boolean> _ = table.add(
                        new EntryTable.Batch(stream, from, to, scanner.takeEntries(), scanner.takeUsages()),
                        clock.instant())
                .whenComplete((_, failure) -> {
                    due.end(stream.id(), failure);
                    if (failure == null) {
                        news.tell(stream.taskId());
                    }
                });
        return to;
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
}
