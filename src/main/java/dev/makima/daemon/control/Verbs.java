package dev.makima.daemon.control;

import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.daemon.bus.Addresses;
import dev.makima.daemon.bus.Clean;
import dev.makima.daemon.bus.EndStrays;
import dev.makima.daemon.bus.StopTask;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.json.JsonObject;
import java.util.Objects;

/** What can be asked by the control socket. Used on the door's context. */
final class Verbs {
    private final EventBus bus;
    private final StatusReport report;
    private final Draining draining;

    Verbs(EventBus bus, StatusReport report, Draining draining) {
        this.bus = bus;
        this.report = report;
        this.draining = draining;
    }

    /** Answers, now or later. A verb that is not known is answered by those that are. */
    void answer(JsonObject request, Caller caller) {
        String verb = Objects.requireNonNullElse(request.getString("verb"), "");
        switch (verb) {
            case "status" -> last(report.make(), caller);
            case "drain" ->
                draining.begin().onSuccess(_ -> draining.follow(caller)).onFailure(caller::refuse);
            case "clean" -> last(Addresses.CLEAN.request(bus, new Clean(request)), caller);
            case "stop" -> stop(request, caller);
            default -> caller.refuse("there is no verb '" + verb + "': there are status, drain, clean and stop");
        }
    }

    /** Ends a task on this machine: its run, or what an earlier daemon left of one that the database does not know. */
    private void stop(JsonObject request, Caller caller) {
        TaskId taskId;
        try {
            taskId = TaskId.of(Objects.requireNonNullElse(request.getString("taskId"), ""));
        } catch (MakimaException e) {
            caller.refuse(e);
            return;
        }
        last(
                Addresses.STOP_TASK
                        .request(bus, new StopTask(taskId))
                        .compose(ended -> ended
                                ? Future.succeededFuture("its run")
                                : Addresses.END_STRAYS.request(bus, new EndStrays(taskId)))
                        .map(ended -> new JsonObject().put("ended", ended)),
                caller);
    }

    private static void last(Future<JsonObject> answer, Caller caller) {
        answer.onSuccess(caller::finish).onFailure(caller::refuse);
    }
}
