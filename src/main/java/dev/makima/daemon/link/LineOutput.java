package dev.makima.daemon.link;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.process.Follower;
import dev.makima.process.RunSpool;
import dev.makima.process.Tailer;
import dev.makima.protocol.OutputRewind;
import dev.makima.protocol.StreamAck;
import dev.makima.protocol.StreamLengths;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Output as one taskOutput frame per line, for a server of the base protocol. It acknowledges nothing, so a
 * {@link Barrier} now and then shows what has arrived; after a reconnect the rest is sent again.
 */
final class LineOutput implements OutputLane {
    private static final int LONGEST_PIECE = 64 * 1024;
    /** What may be on its way without being proven to have arrived. */
    private static final long WINDOW = 8L * 1024 * 1024;

    private final OutputSocket socket;
    private final Tailer tailer;
    private final Secrets secrets;
    private final Barrier barrier;
    private final Consumer<Progress> delivered;
    private final AtomicLong unproven = new AtomicLong();
    private final Feeds<Feed> feeds;
    private boolean barrierSet;

    /** A lane on one connection; progress is told on the link's context. */
    LineOutput(
            OutputSocket socket,
            Tailer tailer,
            Path spoolRoot,
            Secrets secrets,
            Barrier barrier,
            Consumer<Progress> delivered) {
        this.socket = socket;
        this.tailer = tailer;
        this.secrets = secrets;
        this.feeds = new Feeds<>(spoolRoot, Feed::new);
        this.barrier = barrier;
        this.delivered = delivered;
    }

    @Override
    public void open(RunOutput run) {
        Map<StreamName, Long> known = run.delivered();
        open(run, StreamLengths.from(stream -> known.getOrDefault(stream, 0L)));
    }

    @Override
    public void open(RunOutput run, StreamLengths from) {
        feeds.open(run, from);
    }

    @Override
    public void acknowledged(StreamAck ack) {
        // A server of the base protocol has no such frame; one that sends it all the same changes nothing.
    }

    @Override
    public void rewind(OutputRewind rewind) {
        // As above.
    }

    @Override
    public boolean deliveredAll(RunId runId) {
        return feeds.deliveredAll(runId);
    }

    @Override
    public void forget(RunId runId) {
        feeds.forget(runId);
    }

    @Override
    public Future<Void> stop() {
        feeds.forEach(Feed::close);
        Promise<Void> arrived = Promise.promise();
        socket.behindWrites(() -> {
            Map<Feed, Long> written = new HashMap<>();
            feeds.forEach(feed -> feed.markWritten(written));
            barrier.mark()
                    .onSuccess(_ -> written.forEach((feed, to) -> feed.proven(to)))
                    .onComplete(arrived);
        });
        return arrived.future();
    }

    @Override
    public void close() {
        feeds.close();
    }

    /** On the link's context, after something was written: proves it, one barrier at a time. */
    private void prove() {
        if (barrierSet) {
            return;
        }
        barrierSet = true;
        Map<Feed, Long> written = new HashMap<>();
        feeds.forEach(feed -> feed.markWritten(written));
        barrier.mark().onSuccess(_ -> {
            barrierSet = false;
            written.forEach((feed, to) -> feed.proven(to));
            if (unproven.get() > 0) {
                prove();
            }
        });
    }

    /** One stream of one run: read on the tailer's thread, proven on the link's context. */
    private final class Feed implements Follower, Feeds.Feed {
        private final RunOutput run;
        private final RunSpool spool;
        private final StreamName stream;
        private final LineFrames frames;
        private final Mask mask;
        private final Tailer.Subscription subscription;
        /** Where the next piece is read. */
        private long read;
        /** Up to where whole lines were written to the socket. */
        private long written;

        private long proven;

        Feed(RunOutput run, RunSpool spool, StreamName stream, long from) {
            this.run = run;
            this.spool = spool;
            this.stream = stream;
            this.mask = new Mask(secrets, spool.file(stream));
            this.frames = new LineFrames(run.taskId(), stream == StreamName.STDERR);
            long start = Math.min(from, spool.length(stream));
            this.read = start;
            this.written = start;
            this.proven = start;
            // The tailer's first call may come before this has ended: it waits for the lock.
            synchronized (this) {
                this.subscription = tailer.follow(spool.file(stream), start, this);
            }
        }

        @Override
        public synchronized int demand() {
            long window = WINDOW - unproven.get();
            return mask.demand(read, (int) Math.max(0, Math.min(LONGEST_PIECE, Math.min(window, socket.room()))));
        }

        @Override
        public synchronized void rests() {
            mask.rests();
        }

        @Override
        public synchronized void accept(long offset, ByteBuffer bytes) {
            int count = bytes.remaining();
            // The file may have grown since it was asked how much may be read, and its end is held back.
            int open = Math.max(0, mask.demand(offset, count));
            ByteBuffer masked = mask.masked(offset, bytes);
            masked.limit(masked.position() + open);
            frames.add(masked, socket.room());
            read = offset + open - masked.remaining();
            if (read < offset + count) {
                subscription.seek(read);
            }
            write();
        }

        private void write() {
            LineFrames.Batch batch = frames.take();
            if (batch.messages().isEmpty()) {
                return;
            }
            unproven.addAndGet(batch.bytesRead());
            long to = read - frames.pending();
            socket.write(batch.messages(), batch.size(), () -> {
                wrote(to);
                prove();
            });
        }

        private synchronized void wrote(long to) {
            written = to;
        }

        synchronized void markWritten(Map<Feed, Long> marks) {
            if (written > proven) {
                marks.put(this, written);
            }
        }

        void proven(long to) {
            synchronized (this) {
                unproven.addAndGet(proven - to);
                proven = to;
            }
            tailer.wake();
            delivered.accept(new Progress(run.runId(), Map.of(stream, to)));
        }

        /** A last line without its end counts as one once the run writes no more. */
        @Override
        public synchronized boolean deliveredAll() {
            long length = spool.length(stream);
            if (read >= length && frames.pending() > 0) {
                frames.endLine();
                write();
            }
            return proven >= length;
        }

        @Override
        public void close() {
            subscription.close();
            letGo();
        }

        private synchronized void letGo() {
            mask.close();
        }
    }
}
