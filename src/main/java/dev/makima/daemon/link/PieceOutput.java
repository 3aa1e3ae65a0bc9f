package dev.makima.daemon.link;

import dev.makima.base.RunId;
import dev.makima.base.StreamName;
import dev.makima.daemon.bus.RunOutput;
import dev.makima.process.Follower;
import dev.makima.process.RunSpool;
import dev.makima.process.Tailer;
import dev.makima.protocol.OutputPieceCodec;
import dev.makima.protocol.OutputRewind;
import dev.makima.protocol.StreamAck;
import dev.makima.protocol.StreamLengths;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Output as pieces of the spool by offset, for a server that streams: its stored length is the only truth, and what it
 * has not acknowledged is bounded, per stream and per socket.
 */
final class PieceOutput implements OutputLane {
    private static final int LONGEST_PIECE = 64 * 1024;
    private static final long STREAM_WINDOW = 8L * 1024 * 1024;
    private static final long SOCKET_WINDOW = 16L * 1024 * 1024;

    private final OutputSocket socket;
    private final Tailer tailer;
    private final Secrets secrets;
    private final Consumer<Progress> delivered;
    private final AtomicLong unacknowledged = new AtomicLong();
    private final Feeds<Feed> feeds;
    private final ToLongFunction<RunOutput> fence;

    /** A lane on one connection; progress is told on the link's context. */
    PieceOutput(
            OutputSocket socket,
            Tailer tailer,
            Path spoolRoot,
            Secrets secrets,
            ToLongFunction<RunOutput> fence,
            Consumer<Progress> delivered) {
        this.fence = fence;
        this.socket = socket;
        this.tailer = tailer;
        this.secrets = secrets;
        this.feeds = new Feeds<>(spoolRoot, Feed::new);
        this.delivered = delivered;
    }

    @Override
    public void open(RunOutput run) {
        open(run, StreamLengths.NONE);
    }

    @Override
    public void open(RunOutput run, StreamLengths from) {
        feeds.open(run, from);
    }

    @Override
    public void acknowledged(StreamAck ack) {
        @Nullable Feed feed = feeds.get(ack.runId(), ack.stream());
        if (feed != null) {
            feed.acknowledged(ack.length());
            delivered.accept(new Progress(ack.runId(), Map.of(ack.stream(), ack.length())));
        }
    }

    @Override
    public void rewind(OutputRewind rewind) {
        @Nullable Feed feed = feeds.get(rewind.runId(), rewind.stream());
        if (feed != null) {
            feed.rewind(rewind.length());
        }
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
    public void close() {
        feeds.close();
    }

    /** One stream of one run: read on the tailer's thread, acknowledged on the link's context. */
    private final class Feed implements Follower, Feeds.Feed {
        private final RunOutput run;
        private final RunSpool spool;
        private final StreamName stream;
        private final Mask mask;
        private final Tailer.Subscription subscription;
        private long sent;
        private long acknowledged;

        Feed(RunOutput run, RunSpool spool, StreamName stream, long from) {
            this.run = run;
            this.spool = spool;
            this.stream = stream;
            this.mask = new Mask(secrets, spool.file(stream));
            // A server may have more than a disk that lost its power: it drops what it has when it comes again.
            long start = Math.min(from, spool.length(stream));
            this.sent = start;
            this.acknowledged = start;
            // The tailer's first call may come before this has ended: it waits for the lock.
            synchronized (this) {
                this.subscription = tailer.follow(spool.file(stream), start, this);
            }
        }

        @Override
        public synchronized int demand() {
            long window = Math.min(STREAM_WINDOW - outstanding(), SOCKET_WINDOW - unacknowledged.get());
            return mask.demand(sent, (int) Math.max(0, Math.min(LONGEST_PIECE, Math.min(window, socket.room()))));
        }

        @Override
        public synchronized void rests() {
            mask.rests();
        }

        @Override
        public synchronized void accept(long offset, ByteBuffer bytes) {
            if (offset > sent) {
                // Read before a rewind whose seek is about to come.
                return;
            }
            int length = mask.demand(offset, bytes.remaining());
            if (length < bytes.remaining()) {
                // The file has grown since it was asked how much may be read, and its end is held back.
                subscription.seek(offset + Math.max(0, length));
            }
            if (length <= 0) {
                return;
            }
            byte[] header =
                    OutputPieceCodec.header(run.taskId(), run.runId(), fence.applyAsLong(run), stream, offset, length);
            byte[] message = new byte[header.length + length];
            System.arraycopy(header, 0, message, 0, header.length);
            mask.masked(offset, bytes).get(message, header.length, length);
            moveTo(offset + length, acknowledged);
            socket.write(Buffer.buffer(message));
        }

        synchronized void acknowledged(long length) {
            if (length > acknowledged) {
                moveTo(sent, length);
                tailer.wake();
            }
        }

        /** The seek takes the lock under which the tailer calls {@link #accept}, so it is not done under this one. */
        void rewind(long length) {
            long to = Math.min(length, spool.length(stream));
            synchronized (this) {
                moveTo(to, to);
            }
            subscription.seek(to);
        }

        private void moveTo(long nowSent, long nowAcknowledged) {
            long before = outstanding();
            sent = nowSent;
            acknowledged = nowAcknowledged;
            unacknowledged.addAndGet(outstanding() - before);
        }

        /** What was sent and not acknowledged; what was acknowledged may be ahead of what was sent after a rewind. */
        private long outstanding() {
            return Math.max(0, sent - acknowledged);
        }

        @Override
        public synchronized boolean deliveredAll() {
            return acknowledged >= spool.length(stream);
        }

        @Override
        public void close() {
            subscription.close();
            moveOut();
        }

        /** What a run that is done with had outstanding holds up nobody else. */
        private synchronized void moveOut() {
            moveTo(acknowledged, acknowledged);
            mask.close();
        }
    }
}
