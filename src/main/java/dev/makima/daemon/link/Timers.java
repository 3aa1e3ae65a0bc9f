package dev.makima.daemon.link;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** The timers of one connection, which end with it. Used on the link's context. */
final class Timers {
    private final Vertx vertx;
    private final List<Long> ids = new ArrayList<>();
    private boolean cancelled;

    Timers(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Again and again, for the first time after so long. */
    void every(long millis, Runnable task) {
        if (!cancelled) {
            ids.add(vertx.setPeriodic(Math.max(1, millis), _ -> task.run()));
        }
    }

    /** Once. */
    void after(long millis, Runnable task) {
        if (!cancelled) {
            ids.add(vertx.setTimer(Math.max(1, millis), _ -> task.run()));
        }
    }

    /** None of them goes off any more, and what is set after this never does. */
    void cancel() {
        cancelled = true;
        ids.forEach(vertx::cancelTimer);
        ids.clear();
    }
}
