package dev.makima.server.daemons;

import dev.makima.base.PassingTrouble;
import dev.makima.base.TaskId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * The tasks that a daemon without runs has not been heard of about since it connected: it can't say what it has, so
 * what it is silent about for too long is taken for lost. To be used on the socket's event loop.
 */
final class Confirmations {
    private static final System.Logger LOG = System.getLogger(Confirmations.class.getName());

    private final DaemonParts parts;
    private final UUID daemonId;
    private final Set<TaskId> awaited = new HashSet<>();
    /** What was heard of while the awaited ones were looked up. */
    private final Set<TaskId> early = new HashSet<>();

    private boolean lookingUp;
    private long timer = -1;
    private boolean closed;

    Confirmations(DaemonParts parts, UUID daemonId) {
        this.parts = parts;
        this.daemonId = daemonId;
    }

    /** Begins to wait for news of all tasks that the daemon should have. */
    void await() {
        lookingUp = true;
        parts.store()
                .runs()
                .active(daemonId)
                .onSuccess(active -> {
                    lookingUp = false;
                    if (!active.isEmpty() && !closed) {
                        awaited.addAll(active);
                        awaited.removeAll(early);
                        timer = parts.vertx().setTimer(limit().toMillis(), late -> giveUp());
                    }
                })
                .onFailure(this::failed);
    }

    /** These were heard of. */
    void heardOf(Collection<TaskId> tasks) {
        if (lookingUp) {
            early.addAll(tasks);
        } else if (!awaited.isEmpty()) {
            tasks.forEach(awaited::remove);
        }
    }

    /** Waits no more: the daemon is away, which has an end of its own. */
    void close() {
        closed = true;
        parts.vertx().cancelTimer(timer);
    }

    private void giveUp() {
        for (TaskId taskId : awaited) {
            parts.store()
                    .events()
                    .unconfirmed(
                            daemonId,
                            taskId,
                            limit(),
                            parts.config().tasks().maxRetries(),
                            parts.clock().instant())
                    .onSuccess(changed -> parts.events().changed(taskId))
                    .onFailure(this::failed);
        }
        awaited.clear();
    }

    private Duration limit() {
        return parts.config().tasks().unconfirmed();
    }

    private void failed(Throwable failure) {
        // The daemon's next connection does it again.
        LOG.log(
                PassingTrouble.level(System.Logger.Level.WARNING, failure),
                "daemon " + daemonId + ": its tasks could not be looked up",
                failure);
    }
}
