package dev.makima.daemon.control;

import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.Drain;
import dev.makima.daemon.bus.Drained;
import dev.makima.daemon.bus.LinkStatus;
import dev.makima.daemon.bus.StatusAsked;
import dev.makima.daemon.bus.StoreStatus;
import dev.makima.daemon.bus.TasksStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings the daemon to its end without a task being ended for it: nothing new is taken, and when the last task is over and
 * the server has all of it, the daemon goes. A supervisor that waits without an agent is left to the next daemon. Used on
 * the door's context.
 */
final class Draining {
    private static final System.Logger LOG = System.getLogger(Draining.class.getName());

    private static final LinkStatus NO_LINK = new LinkStatus("", false, Instant.EPOCH, null, null, 0);

    private final Vertx vertx;
    private final ControlParts parts;
    private final Set<Caller> followers = new LinkedHashSet<>();
    private @Nullable Future<Boolean> begun;
    private @Nullable Instant idleSince;
    private @Nullable JsonObject last;
    private long timer = -1;
    private boolean looking;
    private boolean through;

    Draining(Vertx vertx, ControlParts parts) {
        this.vertx = vertx;
        this.parts = parts;
    }

    /** From its completion on no task is let in. The second time it changes nothing. */
    Future<Boolean> begin() {
        @Nullable Future<Boolean> before = begun;
        if (before != null && !before.failed()) {
            return before;
        }
        Future<Boolean> now = Addresses.DRAIN
                .request(vertx.eventBus(), new Drain())
                .onSuccess(_ -> {
                    LOG.log(Level.INFO, "this daemon takes no new tasks, and ends with its last one");
                    timer = vertx.setPeriodic(parts.lookEvery().toMillis(), _ -> look());
                    look();
                });
        begun = now;
        return now;
    }

    /** The caller hears how it goes until it goes itself, or it is over. */
    void follow(Caller caller) {
        followers.add(caller);
        caller.whenGone(() -> followers.remove(caller));
        if (last != null) {
            caller.tell(last);
        }
    }

    private void look() {
        if (looking || through) {
            return;
        }
        looking = true;
        Addresses.TASKS_STATUS
                .request(vertx.eventBus(), new StatusAsked())
                .compose(this::look)
                .onFailure(e -> LOG.log(Level.WARNING, "how far the draining is could not be found out", e))
                .onComplete(_ -> looking = false);
    }

    /** Asked after the tasks: what a task that has ended left to send is then seen. */
    private Future<?> look(TasksStatus tasks) {
        Future<StoreStatus> store = Addresses.STORE_STATUS.request(vertx.eventBus(), new StatusAsked());
        // Where a drain begins with the daemon there is no link yet.
        Future<LinkStatus> link = Addresses.LINK_STATUS
                .request(vertx.eventBus(), new StatusAsked())
                .otherwise(NO_LINK);
        return Future.all(store, link).onSuccess(_ -> seen(tasks, store.result(), link.result()));
    }

    private void seen(TasksStatus tasks, StoreStatus store, LinkStatus link) {
        long bytes = link.unacknowledgedBytes();
        boolean delivered = store.eventsWaiting() == 0 && bytes == 0;
        JsonObject told =
                told(tasks).put("eventsWaiting", store.eventsWaiting()).put("unacknowledgedBytes", bytes);
        if (!tasks.working().isEmpty()) {
            idleSince = null;
            tell(told);
            return;
        }
        Instant now = parts.clock().instant();
        idleSince = idleSince == null ? now : idleSince;
        if (!delivered && now.isBefore(idleSince.plus(parts.deliverWithin()))) {
            tell(told);
            return;
        }
        through = true;
        vertx.cancelTimer(timer);
        LOG.log(
                Level.INFO,
                delivered
                        ? "the last task is over and the server has all of it: this daemon ends"
                        : "the last task is over; the next daemon delivers {0} events and {1} bytes of output: this daemon ends",
                Long.toString(store.eventsWaiting()),
                Long.toString(bytes));
        tell(told.put("ended", true));
        Addresses.DRAINED.send(vertx.eventBus(), new Drained());
    }

    private JsonObject told(TasksStatus tasks) {
        JsonArray running = new JsonArray();
        JsonArray waiting = new JsonArray();
        tasks.tasks().forEach(task -> (task.waits() ? waiting : running).add(StatusReport.line(task)));
        return new JsonObject()
                .put("pid", parts.pid())
                .put("draining", true)
                .put("running", running)
                .put("waiting", waiting);
    }

    private void tell(JsonObject line) {
        last = line;
        followers.forEach(follower -> follower.tell(line));
    }

    /** The daemon ends: who follows hears whether that is because it is through. */
    void close() {
        vertx.cancelTimer(timer);
        if (!through && begun != null) {
            JsonObject stopped = new JsonObject().put("pid", parts.pid()).put("stopped", true);
            followers.forEach(follower -> follower.tell(stopped));
        }
    }
}
