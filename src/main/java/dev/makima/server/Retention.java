package dev.makima.server;

import dev.makima.base.PassingTrouble;
import dev.makima.config.ServerConfig;
import dev.makima.server.store.Store;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Supplier;

/** Forgets what is kept for a time only. To be used on one event loop. */
final class Retention {
    private static final System.Logger LOG = System.getLogger(Retention.class.getName());

    private final Store store;
    private final ServerConfig config;
    private final Clock clock;
    private boolean running;
    private boolean closed;

    Retention(Store store, ServerConfig config, Clock clock) {
        this.store = store;
        this.config = config;
        this.clock = clock;
    }

    /** No further step. */
    void close() {
        closed = true;
    }

    /** One round, unless the last one is still under way; what it does not get to the next one does. */
    void run() {
        if (running || closed) {
            return;
        }
        running = true;
        Instant now = clock.instant();
        Instant events = now.minus(config.history().retention());
        Instant patches = now.minus(config.checkpoints().retention());
        all(store.trim()::history, events)
                .compose(_ -> all(store.trim()::patches, patches))
                .compose(_ -> all(store.trim()::contracts, events))
                .onComplete(done -> running = false)
                .onFailure(failure -> {
                    if (!closed) {
                        LOG.log(
                                PassingTrouble.level(System.Logger.Level.WARNING, failure),
                                "what is too old was not removed, it is tried again",
                                failure);
                    }
                });
    }

    private Future<Void> all(Function<Instant, Future<Boolean>> step, Instant before) {
        return all(() -> closed ? Future.succeededFuture(false) : step.apply(before));
    }

    /**
     * One step after the other, as long as there are more: what others want to write gets its turn in between. Each ends before
     * the next begins, since a chain of thousands of futures is more than a stack holds.
     */
    static Future<Void> all(Supplier<Future<Boolean>> step) {
        Promise<Void> all = Promise.promise();
        next(step, all);
        return all.future();
    }

    private static void next(Supplier<Future<Boolean>> step, Promise<Void> all) {
        step.get().onFailure(all::fail).onSuccess(more -> {
            if (more) {
                next(step, all);
            } else {
                all.complete();
            }
        });
    }
}
