package dev.makima.daemon.link;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.daemon.store.OutboxRow;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.protocol.DaemonFrame;
import java.lang.System.Logger.Level;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Frames of events whose patches lie in files: one is in memory at a time. The next is read when the server has read the
 * last one, so that neither the heap nor the socket's buffer holds what waits. Used on the link's context.
 */
final class WholeEvents {
    private static final System.Logger LOG = System.getLogger(WholeEvents.class.getName());
    private static final int TRIES = 5;
    /** Numbers begin at 1. */
    private static final long NONE = 0;

    private final StoreClient store;
    private final Barrier barrier;
    private final Runnable changed;
    private final BiConsumer<OutboxRow, String> lost;
    private long current = NONE;
    private @Nullable DaemonFrame frame;
    private int failures;

    /**
     * Frames for one connection.
     *
     * @param changed called when a frame is there or another may be asked for
     * @param lost called with an event that there is no frame for, now or ever, and why
     */
    WholeEvents(StoreClient store, Barrier barrier, Runnable changed, BiConsumer<OutboxRow, String> lost) {
        this.store = store;
        this.barrier = barrier;
        this.changed = changed;
        this.lost = lost;
    }

    /** The event's frame, or null where it is not there yet. */
    @Nullable
    DaemonFrame of(OutboxRow row) {
        if (row.event().payloadFile() == null) {
            return row.event().frame();
        }
        if (current == NONE) {
            current = row.number();
            read(row);
        }
        return current == row.number() ? frame : null;
    }

    /** The event's frame was given to the socket, or given up. */
    void done(OutboxRow row) {
        if (current == row.number()) {
            frame = null;
            barrier.mark().onSuccess(_ -> next());
        }
    }

    private void next() {
        current = NONE;
        failures = 0;
        changed.run();
    }

    private void read(OutboxRow row) {
        store.ask(new StoreRequest.ReadEvent(row.event())).onComplete(read -> {
            if (read.succeeded()) {
                frame = read.result();
                changed.run();
                return;
            }
            boolean gone = read.cause() instanceof MakimaException known && known.code() == ErrorCode.NOT_FOUND;
            if (gone || ++failures >= TRIES) {
                lost.accept(row, Dial.describe(read.cause()));
                next();
            } else {
                // The disk, or too many open files: tried again when the outbox is looked at next.
                LOG.log(Level.WARNING, "event {0} cannot be read: {1}", row.eventId(), Dial.describe(read.cause()));
                current = NONE;
            }
        });
    }
}
