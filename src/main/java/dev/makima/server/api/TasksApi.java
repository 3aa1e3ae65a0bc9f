package dev.makima.server.api;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.protocol.CleanupWorktree;
import dev.makima.protocol.InterruptTask;
import dev.makima.protocol.PauseTask;
import dev.makima.protocol.ResumeTask;
import dev.makima.protocol.SendMessage;
import dev.makima.protocol.ServerFrame;
import dev.makima.protocol.TaskState;
import dev.makima.server.core.Bus;
import dev.makima.server.daemons.TaskEvents;
import dev.makima.server.store.Contract;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import dev.makima.server.store.TaskFilter;
import dev.makima.server.store.TaskTable;
import dev.makima.server.store.ToolKeyTable;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Tasks: make, list, start, stop, talk to. To be used on one event loop. */
final class TasksApi {
    private static final System.Logger LOG = System.getLogger(TasksApi.class.getName());
    private static final int LIMIT_DEFAULT = 50;
    private static final int LIMIT_MAX = 500;

    private final Store store;
    private final Bus bus;
    private final TaskDaemon daemon;
    private final TaskEvents events;
    private final Clock clock;

    TasksApi(Store store, Bus bus, TaskDaemon daemon, TaskEvents events, Clock clock) {
        this.store = store;
        this.bus = bus;
        this.daemon = daemon;
        this.events = events;
        this.clock = clock;
    }

    void create(RoutingContext context) {
        create(context, TaskForm.read(Body.of(context), Query.key(context)));
    }

    /** Makes a member of a contract. */
    void createIn(RoutingContext context, Contract contract) {
        TaskTable.NewTask asked = TaskForm.read(Body.of(context), Query.key(context));
        create(context, asked.with(asked.spec().inContract(contract.id().toString(), null, null)));
    }

    void create(RoutingContext context, TaskTable.NewTask asked) {
        ToolKeyTable.Holder agent = Query.agent(context);
        (agent == null ? Future.succeededFuture(asked) : new AgentScope(store).limited(agent, asked))
                .compose(task -> ContractMembers.checked(store, task))
                .compose(task -> store.tasks().add(task, clock.instant()))
                .compose(id -> {
                    events.changed(id);
                    return need(context, id);
                })
                .onSuccess(made -> Query.json(context, 201, Json.task(made, true)))
                .onFailure(context::fail);
    }

    void list(RoutingContext context) {
        UUID parent = Query.idOrNull(context, "parent");
        list(context, parent == null ? null : parent.toString());
    }

    /** Lists tasks as the query says. */
    void list(RoutingContext context, @Nullable String parentId) {
        String status = Query.text(context, "status");
        UUID contract = Query.idOrNull(context, "contract");
        Page page = Page.asked(context, LIMIT_DEFAULT, LIMIT_MAX);
        ToolKeyTable.Holder agent = Query.agent(context);
        TaskFilter filter = new TaskFilter(
                status == null ? null : TaskState.of(status),
                Query.idBeginning(context),
                Query.text(context, "text"),
                Query.text(context, "daemon"),
                contract == null ? null : contract.toString(),
                parentId,
                agent == null ? null : agent.family(),
                page.behind(),
                page.reads());
        store.tasks()
                .list(Query.owner(context), filter)
                .onSuccess(tasks -> Query.json(
                        context, 200, page.of("tasks", tasks, task -> Json.task(task, false), Task::position)))
                .onFailure(context::fail);
    }

    void get(RoutingContext context) {
        answer(context, need(context, Query.taskId(context)));
    }

    void delete(RoutingContext context) {
        TaskId id = Query.taskId(context);
        String owner = Query.owner(context);
        String worktree = Objects.requireNonNullElse(Query.text(context, "worktree"), "keep");
        Future<Void> deleted = switch (worktree) {
            case "keep" -> store.tasks().delete(owner, id, clock.instant());
            case "remove" -> deleteWithWorktree(context, owner, id);
            default ->
                throw Errors.validation("the parameter \"worktree\" is neither keep nor remove", "Send one of them");
        };
        deleted.onSuccess(done -> {
                    events.changed(id);
                    context.response().setStatusCode(204).end();
                })
                .onFailure(context::fail);
    }

    /**
     * The worktree goes before the task: nobody could ask for it any more. And not that of a task which stays, whose work it
     * is; nor may anybody start the task meanwhile, whose run this would end.
     */
    private Future<Void> deleteWithWorktree(RoutingContext context, String owner, TaskId id) {
        return store.tasks()
                .beginDeletion(owner, id, clock.instant())
                .compose(_ -> need(context, id)
                        .compose(task -> task.daemonId() == null
                                ? Future.succeededFuture()
                                : daemon.ask(task, new CleanupWorktree(id, false, null, null))
                                        .recover(failure -> Future.failedFuture(stays(id, failure))))
                        .compose(_ -> store.tasks().delete(owner, id, clock.instant()))
                        // It may be started again; where that can't be written down now, it may soon all the same.
                        .recover(failure ->
                                store.tasks().keep(id).otherwiseEmpty().compose(_ -> Future.failedFuture(failure))));
    }

    private static Throwable stays(TaskId id, Throwable failure) {
        return failure instanceof MakimaException e
                ? new MakimaException(
                        e.code(),
                        "task " + id + " is not deleted, for its worktree can't be removed: " + e.what(),
                        e.cure().map(cure -> cure + ". ").orElse("")
                                + "To leave the worktree where it is: makima tasks delete --keep-worktree " + id,
                        e)
                : failure;
    }

    void start(RoutingContext context) {
        TaskId id = Query.taskId(context);
        answer(
                context,
                store.tasks().start(Query.owner(context), id, clock.instant()).compose(done -> {
                    events.changed(id);
                    return need(context, id);
                }));
    }

    void stop(RoutingContext context) {
        TaskId id = Query.taskId(context);
        boolean graceful = Body.of(context).flag("graceful", true);
        answer(context, stop(Query.owner(context), id, graceful).compose(done -> need(context, id)));
    }

    /** Stops a task, and tells its daemon. Fails with NOT_FOUND. */
    Future<Void> stop(String ownerId, TaskId id, boolean graceful) {
        return store.tasks()
                .stop(ownerId, id, clock.instant())
                .compose(stop -> tell(stop.daemonId(), id, graceful))
                .map(done -> {
                    events.changed(id);
                    return null;
                });
    }

    void message(RoutingContext context) {
        TaskId id = Query.taskId(context);
        String message = Body.of(context).needText("message");
        SendMessage frame = new SendMessage(id, message);
        if (frame.loginCode().isPresent() && Query.agent(context) != null) {
            // With a code of its own making it would log the machine in as somebody else, for all tasks there.
            throw new MakimaException(
                    ErrorCode.UNAUTHORIZED,
                    "an agent's key can't hand in the code of a login",
                    "Whoever owns the daemon does: makima daemons login");
        }
        command(context, id, frame);
    }

    void pause(RoutingContext context) {
        TaskId id = Query.taskId(context);
        command(context, id, new PauseTask(id));
    }

    void resume(RoutingContext context) {
        TaskId id = Query.taskId(context);
        command(context, id, new ResumeTask(id));
    }

    /** Hands the command to the daemon that has the task; what becomes of it is seen by the task's state. */
    private void command(RoutingContext context, TaskId id, ServerFrame frame) {
        need(context, id)
                .compose(task -> {
                    String daemonId = task.daemonId();
                    if (daemonId == null || task.ended() || task.status() == TaskState.PENDING) {
                        return Future.failedFuture(new MakimaException(
                                ErrorCode.CONFLICT,
                                "task " + id + " is " + task.status().wire() + ": no agent works on it",
                                "Start it first"));
                    }
                    return bus.send(UUID.fromString(daemonId), frame);
                })
                .onSuccess(done -> Query.json(context, 202, new JsonObject()))
                .onFailure(context::fail);
    }

    /** A daemon that can't be told now is told when it comes back, since it is written down. */
    private Future<Void> tell(@Nullable UUID daemonId, TaskId id, boolean graceful) {
        if (daemonId == null) {
            return Future.succeededFuture();
        }
        return bus.send(daemonId, new InterruptTask(id, graceful)).otherwise(failure -> {
            LOG.log(System.Logger.Level.INFO, "task {0} is stopped later: {1}", id, failure.getMessage());
            return null;
        });
    }

    private void answer(RoutingContext context, Future<Task> task) {
        task.onSuccess(found -> Query.json(context, 200, Json.task(found, true)))
                .onFailure(context::fail);
    }

    private Future<Task> need(RoutingContext context, TaskId id) {
        return store.tasks()
                .get(Query.owner(context), id)
                .map(found -> found.orElseThrow(() -> Errors.notFound("no task " + id)));
    }
}
