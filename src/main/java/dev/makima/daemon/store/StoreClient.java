package dev.makima.daemon.store;

import dev.makima.base.ErrorCode;
import dev.makima.base.FullDiskException;
import dev.makima.base.MakimaException;
import dev.makima.daemon.bus.Address;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** The way to the store over the event bus, with the answer's type kept. Any thread may use it. */
public final class StoreClient {
    /** All → store: every read and write of the state; answered when it is on disk. */
    @SuppressWarnings("rawtypes") // one address for all requests: each request names its answer's type itself
    static final Address<StoreRequest, Object> ADDRESS = new Address<>("makima.daemon.store", StoreRequest.class);

    private static final long SECONDS = 35;
    private static final long TRY_EVERY_NANOS = 500_000_000;

    private final EventBus bus;

    /** Uses this bus. */
    public StoreClient(EventBus bus) {
        this.bus = bus;
    }

    /** Asks; completes on the caller's context when the store has done it. */
    @SuppressWarnings("unchecked") // the request's type parameter is its answer's type, which the store keeps
    public <A> Future<A> ask(StoreRequest<A> request) {
        return (Future<A>) ADDRESS.request(bus, request);
    }

    /**
     * Asks and waits; for threads of the worker pool, never for an event loop.
     *
     * @throws MakimaException what the store failed with; TIMEOUT where it did not answer
     * @throws InterruptedException if the thread was interrupted: before the call nothing is asked, during it the store
     *     may have done it all the same
     */
    public <A> A await(StoreRequest<A> request) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return get(ask(request).toCompletionStage().toCompletableFuture());
    }

    /**
     * As {@link #await}, but sees it through: an interrupt is kept for the caller's next wait.
     *
     * @throws MakimaException what the store failed with; TIMEOUT where it did not answer
     */
    public <A> A awaitCalmly(StoreRequest<A> request) {
        CompletableFuture<A> answer = ask(request).toCompletionStage().toCompletableFuture();
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return get(answer);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * As {@link #awaitCalmly}, but where the disk is full it waits until there is room, however long that takes. Only for
     * what has to be saved before its thread can go on.
     *
     * @throws MakimaException what else the store failed with; TIMEOUT where it did not answer
     * @throws InterruptedException where the thread was interrupted while it waited for room: nothing was saved
     */
    public <A> A awaitRoom(StoreRequest<A> request) throws InterruptedException {
        while (true) {
            try {
                return awaitCalmly(request);
            } catch (FullDiskException e) {
                waitForRoom();
            }
        }
    }

    /**
     * The pause between two tries to save something on a full disk. There is nothing to be told by: who makes room there
     * knows nothing of us.
     */
    public static void waitForRoom() throws InterruptedException {
        long end = System.nanoTime() + TRY_EVERY_NANOS;
        for (long left = TRY_EVERY_NANOS; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private static <A> A get(CompletableFuture<A> answer) throws InterruptedException {
        try {
            return answer.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MakimaException known) {
                throw known;
            }
            throw new MakimaException(
                    ErrorCode.DB_ERROR, "the daemon's database failed: " + e.getCause(), null, e.getCause());
        } catch (TimeoutException e) {
            throw new MakimaException(
                    ErrorCode.TIMEOUT,
                    "the daemon's database did not answer within " + SECONDS + " s",
                    "Check the disk it lies on",
                    e);
        }
    }
}
