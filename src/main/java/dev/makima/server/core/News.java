package dev.makima.server.core;

import dev.makima.base.TaskId;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * "Task T has changed": no more is said, the listeners read the store from where they are, so that nothing is lost
 * between what was stored before and what comes after. What happens within 10 ms is told once.
 *
 * <p>{@link #tell} may be called on any thread, everything else on the context it was made on.
 */
public final class News {
    private static final long COALESCE_NANOS = 10_000_000;

    private final Vertx vertx;
    private final Bus bus;
    private final Context context;
    private final Set<TaskId> told = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Map<TaskId, Set<Runnable>> listeners = new HashMap<>();
    private final MessageConsumer<String> consumer;
    /** When the last news went out; only used on the context. */
    private long publishedAt = System.nanoTime() - COALESCE_NANOS;

    /** News on the present context. */
    public News(Vertx vertx, Bus bus) {
        this.vertx = vertx;
        this.bus = bus;
        this.context = vertx.getOrCreateContext();
        this.consumer = bus.news(this::heard);
    }

    /** Tells all nodes, 10 ms later at most, that the task has changed or has new entries. */
    public void tell(TaskId taskId) {
        told.add(taskId);
        if (scheduled.compareAndSet(false, true)) {
            context.runOnContext(ignored -> plan());
        }
    }

    /** Calls the listener at every change of the task until it is removed. */
    public void listen(TaskId taskId, Runnable listener) {
        listeners.computeIfAbsent(taskId, ignored -> new LinkedHashSet<>()).add(listener);
    }

    /** Ends the calls. */
    public void remove(TaskId taskId, Runnable listener) {
        Set<Runnable> set = listeners.get(taskId);
        if (set != null && set.remove(listener) && set.isEmpty()) {
            listeners.remove(taskId);
        }
    }

    /** Hears no more. */
    public io.vertx.core.Future<Void> close() {
        return consumer.unregister();
    }

    /** What comes after a silence is told at once; only what follows soon after that waits for its turn. */
    private void plan() {
        long wait = publishedAt + COALESCE_NANOS - System.nanoTime();
        if (wait <= 0) {
            publish();
        } else {
            vertx.setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(wait)), timer -> publish());
        }
    }

    private void publish() {
        publishedAt = System.nanoTime();
        // Cleared first: what is told from now on has a turn of its own.
        scheduled.set(false);
        Set<TaskId> now = new HashSet<>(told);
        told.removeAll(now);
        now.forEach(bus::publish);
    }

    private void heard(TaskId taskId) {
        Set<Runnable> set = listeners.get(taskId);
        if (set != null) {
            Set.copyOf(set).forEach(Runnable::run);
        }
    }
}
