package dev.makima.daemon.control;

import dev.makima.daemon.bus.Address;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.LinkStatus;
import dev.makima.daemon.bus.StatusAsked;
import dev.makima.daemon.bus.StoreStatus;
import dev.makima.daemon.bus.TasksStatus;
import dev.makima.daemon.bus.UpkeepStatus;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the daemon is: an object for each component. One that does not answer in time is told as that, and holds up no
 * other. Used on the door's context.
 */
final class StatusReport {
    private static final long ANSWER_WITHIN_MILLIS = 5000;

    private final EventBus bus;
    private final ControlParts parts;
    private final Instant started;

    StatusReport(EventBus bus, ControlParts parts) {
        this.bus = bus;
        this.parts = parts;
        this.started = parts.clock().instant();
    }

    /** Asks all; never fails. */
    Future<JsonObject> make() {
        Future<JsonObject> link = of(Addresses.LINK_STATUS, StatusReport::link);
        Future<JsonObject> tasks = of(Addresses.TASKS_STATUS, StatusReport::tasks);
        Future<JsonObject> store = of(Addresses.STORE_STATUS, StatusReport::store);
        Future<JsonObject> upkeep = of(Addresses.UPKEEP_STATUS, StatusReport::upkeep);
        return Future.all(link, tasks, store, upkeep)
                .map(_ -> new JsonObject()
                        .put("pid", parts.pid())
                        .put("startedAt", started.toString())
                        .put("at", parts.clock().instant().toString())
                        .put("stateDirectory", parts.stateDirectory().toString())
                        .put("draining", tasks.result().getValue("draining"))
                        .put("link", link.result())
                        .put("tasks", tasks.result())
                        .put("store", store.result())
                        .put("upkeep", upkeep.result()));
    }

    private <A> Future<JsonObject> of(Address<StatusAsked, A> component, Function<A, JsonObject> told) {
        return component
                .request(bus, new StatusAsked())
                .timeout(ANSWER_WITHIN_MILLIS, TimeUnit.MILLISECONDS)
                .map(told)
                .otherwise(failure -> new JsonObject().put("error", "it does not answer: " + failure.getMessage()));
    }

    private static JsonObject link(LinkStatus link) {
        return new JsonObject()
                .put("server", link.server())
                .put("connected", link.connected())
                .put("since", link.since().toString())
                .put("reason", link.reason())
                .put("nextAttempt", text(link.nextAttempt()))
                .put("unacknowledgedBytes", link.unacknowledgedBytes());
    }

    private static JsonObject store(StoreStatus store) {
        JsonArray aside = new JsonArray();
        store.newestAside()
                .forEach(event -> aside.add(new JsonObject()
                        .put(
                                "taskId",
                                event.taskId() == null ? null : event.taskId().toString())
                        .put("type", event.type())
                        .put("at", event.at().toString())
                        .put("reason", event.reason())));
        return new JsonObject()
                .put("eventsWaiting", store.eventsWaiting())
                .put("eventsSetAside", store.eventsSetAside())
                .put("newestSetAside", aside)
                .put("unfinishedTasks", store.unfinishedTasks())
                .put("openRuns", store.openRuns());
    }

    private static JsonObject upkeep(UpkeepStatus upkeep) {
        return new JsonObject().put("lastSweep", text(upkeep.lastSweep()));
    }

    private static JsonObject tasks(TasksStatus tasks) {
        JsonArray lines = new JsonArray();
        tasks.tasks().forEach(task -> lines.add(line(task)));
        return new JsonObject()
                .put("draining", tasks.draining())
                .put("limit", tasks.limit())
                .put("running", tasks.working().size())
                .put("list", lines);
    }

    /** A task as it is told to people. */
    static JsonObject line(TasksStatus.Line task) {
        return new JsonObject()
                .put("taskId", task.taskId().toString())
                .put("name", task.name())
                .put("state", task.state().wire())
                .put("waits", task.waits())
                .put("lastOutput", text(task.lastOutput()))
                .put("silent", task.silent())
                .put("vanished", task.vanished())
                .put("directory", task.directory())
                .put("fence", task.fence())
                .put("lease", task.lease());
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
