package dev.makima.server.api;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.protocol.DaemonFrame;
import dev.makima.protocol.FrameCodec;
import dev.makima.protocol.ServerFrame;
import dev.makima.server.core.Bus;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;

/**
 * Asks the daemon that has a task. A daemon's "no" becomes a CONFLICT in its own words, but for conflicts of a merge: these
 * are an outcome, which the caller has to be told in full. To be used on one event loop.
 */
final class TaskDaemon {
    private static final List<String> NOT_SHOWN = List.of("type", "requestId", "eventId", "fence", "patchData");

    private final Store store;
    private final Bus bus;
    private final Duration within;

    /**
     * Daemons by that bus.
     *
     * @param within how long one has for its answer
     */
    TaskDaemon(Store store, Bus bus, Duration within) {
        this.store = store;
        this.bus = bus;
        this.within = within;
    }

    /** The task of the path. Fails with NOT_FOUND. */
    Future<Task> task(RoutingContext context) {
        return task(context, Query.taskId(context));
    }

    /** One of the caller's tasks. Fails with NOT_FOUND. */
    Future<Task> task(RoutingContext context, TaskId id) {
        return store.tasks()
                .get(Query.owner(context), id)
                .map(found -> found.filter(task -> Query.mayReach(context, task))
                        .orElseThrow(() -> Errors.notFound("no task " + id)));
    }

    /** Asks about the task of the path, and answers the request with what the daemon says. */
    void answer(RoutingContext context, Function<Task, ServerFrame> command) {
        task(context)
                .compose(task -> ask(task, command.apply(task)))
                .onSuccess(answer -> Query.json(context, 200, answer))
                .onFailure(context::fail);
    }

    /**
     * Asks the daemon that has the task.
     *
     * @return its answer, which says that it was done; fails with CONFLICT where it was not, or no daemon has the task;
     *     with UNAVAILABLE and TIMEOUT where there is no answer
     */
    Future<JsonObject> ask(Task task, ServerFrame command) {
        String daemonId = task.daemonId();
        if (daemonId == null) {
            return Future.failedFuture(new MakimaException(
                    ErrorCode.CONFLICT,
                    "task " + task.id() + " was never given to a daemon, so it has no files",
                    "Start it first: makima tasks start " + task.id()));
        }
        return ask(UUID.fromString(daemonId), command)
                .recover(failure -> Future.failedFuture(whereItIs(task, failure)));
    }

    /** A task whose worktree has been cleaned up is often asked about for its work, and that is on its branch still. */
    private static Throwable whereItIs(Task task, Throwable failure) {
        String branch = task.result().branch();
        if (!(failure instanceof MakimaException refused)
                || refused.code() != ErrorCode.CONFLICT
                || refused.cure().isPresent()
                || !task.ended()
                || task.result().worktreePath() != null
                || branch == null) {
            return failure;
        }
        String repository = task.spec().targetRepoPath();
        // A contract's clean-up takes the branches whose work another one has.
        String merged = task.spec().contractId() == null ? "" : ", or on the one that it was merged into";
        return new MakimaException(
                refused.code(),
                refused.what(),
                "What it committed is on branch " + branch
                        + (repository == null ? "" : " of " + repository)
                        + merged
                        + "; makima tasks checkpoints " + task.id() + " lists what was saved beside it",
                refused);
    }

    /** Asks a daemon something that is about no task. */
    Future<JsonObject> ask(UUID daemonId, ServerFrame command) {
        return bus.ask(daemonId, command, within).map(TaskDaemon::checked);
    }

    private static JsonObject checked(DaemonFrame frame) {
        JsonObject answer = new JsonObject(FrameCodec.encode(frame));
        NOT_SHOWN.forEach(answer::remove);
        JsonArray conflicts = answer.getJsonArray("conflicts", new JsonArray());
        if (answer.getBoolean("success", true) || !conflicts.isEmpty()) {
            return answer;
        }
        String why = Objects.requireNonNullElse(
                answer.getString("error", answer.getString("message")), "the daemon does not say why");
        throw new MakimaException(ErrorCode.CONFLICT, why);
    }
}
