package dev.makima.daemon.link;

import dev.makima.base.TaskId;
import dev.makima.daemon.lease.Leases;
import dev.makima.daemon.store.StoreClient;
import dev.makima.daemon.store.StoreRequest;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.FencedFrame;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way out of everything that is said of a task in passing: by which hand-over it is said is added here, and only here.
 * (What is said until the server has heard it gets that from the outbox, in the transaction that saves it.)
 *
 * <p>An active task is spoken of by its lease, one that is over by the last hand-over that its row knows. Used on the link's
 * context.
 */
final class Fences {
    private static final System.Logger LOG = System.getLogger(Fences.class.getName());

    private final Leases leases;
    private final StoreClient store;
    private final boolean agreed;

    /**
     * For one connection.
     *
     * @param agreed whether the server knows leases: to any other nothing is added
     */
    Fences(Leases leases, StoreClient store, boolean agreed) {
        this.leases = leases;
        this.store = store;
        this.agreed = agreed;
    }

    /** Hands the frame on with its fence: at once, but for one about a task that is over, which the store is asked for. */
    void added(DaemonFrame frame, Consumer<DaemonFrame> then) {
        @Nullable TaskId taskId = frame instanceof FencedFrame open && open.fence() == null ? open.taskId() : null;
        if (!agreed || taskId == null) {
            then.accept(frame);
            return;
        }
        long active = leases.fence(taskId);
        if (active > 0) {
            then.accept(with(frame, active));
            return;
        }
        store.ask(new StoreRequest.FindFence(taskId))
                .onSuccess(fence -> then.accept(with(frame, fence)))
                .onFailure(e -> {
                    // Without one it is taken for what it is by the daemon that says it: better than nothing said.
                    LOG.log(Level.WARNING, "task " + taskId + ": its hand-over cannot be looked up", e);
                    then.accept(frame);
                });
    }

    private static DaemonFrame with(DaemonFrame frame, long fence) {
        return fence > 0 && frame instanceof FencedFrame open ? open.withFence(fence) : frame;
    }
}
