package dev.makima.server.contracts;

import dev.makima.base.PassingTrouble;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Supplier;

/**
 * A work that is done from time to time, never twice at once: whoever asks for it while it is under way gets one more round.
 * To be used on one event loop.
 */
final class OneAtATime {
    private static final System.Logger LOG = System.getLogger(OneAtATime.class.getName());

    private final String what;
    private final Supplier<Future<Void>> work;
    private Promise<Void> next = Promise.promise();
    private boolean running;
    private boolean again;
    private boolean closed;

    /**
     * Such a work.
     *
     * @param what in a sentence "… failed"
     */
    OneAtATime(String what, Supplier<Future<Void>> work) {
        this.what = what;
        this.work = work;
    }

    /** Asks for a round. It completes, and never fails, when one that began after this is over. */
    Future<Void> run() {
        if (closed) {
            return Future.succeededFuture();
        }
        Future<Void> mine = next.future();
        if (running) {
            again = true;
        } else {
            begin();
        }
        return mine;
    }

    private void begin() {
        running = true;
        again = false;
        Promise<Void> waiting = next;
        next = Promise.promise();
        work.get().onComplete(done -> {
            running = false;
            if (done.failed() && !closed) {
                // The tick comes back to it.
                LOG.log(
                        PassingTrouble.level(System.Logger.Level.WARNING, done.cause()),
                        what + " failed",
                        done.cause());
            }
            waiting.complete();
            if (again && done.succeeded() && !closed) {
                begin();
            } else if (again) {
                again = false;
                next.tryComplete();
                next = Promise.promise();
            }
        });
    }

    /** No more rounds. */
    void close() {
        closed = true;
    }
}
