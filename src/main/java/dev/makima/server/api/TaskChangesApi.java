package dev.makima.server.api;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.protocol.TaskState;
import dev.makima.server.daemons.TaskEvents;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import dev.makima.server.store.TaskEdits;
import dev.makima.server.store.TaskTable;
import dev.makima.server.store.ToolKeyTable;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tasks that are there already: change them, try them again, go on from them. To be used on one event loop. */
final class TaskChangesApi {
    private static final Set<TaskState> BY_HAND =
            Set.of(TaskState.PENDING, TaskState.DONE, TaskState.FAILED, TaskState.INTERRUPTED);

    private final Store store;
    private final TasksApi tasks;
    private final TaskEvents events;
    private final Clock clock;

    TaskChangesApi(Store store, TasksApi tasks, TaskEvents events, Clock clock) {
        this.store = store;
        this.tasks = tasks;
        this.events = events;
        this.clock = clock;
    }

    /** Changes what is named; with another version than the task's nothing. */
    void update(RoutingContext context) {
        TaskId id = Query.taskId(context);
        Body body = Body.of(context);
        Map<TaskEdits.Field, Object> fields = fields(body);
        TaskState status = status(body.text("status"));
        Meant.of(context, body, () -> need(context, id).map(task -> Json.task(task, true)))
                .compose(meant -> need(context, id).compose(task -> {
                    ToolKeyTable.Holder agent = Query.agent(context);
                    checkAgent(agent, task, fields.keySet(), status);
                    // To end one that is at work, or waits for it, is to stop it.
                    boolean stops = status == TaskState.INTERRUPTED && !isIdle(task);
                    TaskEdits.Change change = new TaskEdits.Change(
                            meant.version(),
                            stops ? null : status,
                            fields,
                            agent != null && agent.taskId().equals(id));
                    return store.edits()
                            .change(task.ownerId(), id, change, clock.instant())
                            .compose(done -> done && stops
                                    ? tasks.stop(task.ownerId(), id, true).map(true)
                                    : Future.succeededFuture(done));
                }))
                .compose(done -> need(context, id).onSuccess(now -> {
                    if (done) {
                        events.changed(id);
                        Query.json(context, 200, Json.task(now, true));
                    } else {
                        Meant.outdated(context, "task " + id, Json.task(now, true));
                    }
                }))
                .onFailure(context::fail);
    }

    /** Queues one that did not come to its end again, where it was. */
    void retry(RoutingContext context) {
        TaskId id = Query.taskId(context);
        store.edits()
                .retry(Query.owner(context), id, clock.instant())
                // Read before a daemon can have it again: the answer says that it waits.
                .compose(_ -> need(context, id).onComplete(_ -> events.changed(id)))
                .onSuccess(task -> Query.json(context, 200, Json.task(task, true)))
                .onFailure(context::fail);
    }

    /** Makes a task that goes on with this one's files. */
    void continueFrom(RoutingContext context) {
        TaskId id = Query.taskId(context);
        Body body = Body.of(context);
        TaskTable.NewTask asked = TaskForm.read(body, Query.key(context));
        TaskTable.NewTask started = new TaskTable.NewTask(
                asked.ownerId(), asked.accountId(), asked.name(), asked.plan(), asked.spec(), body.flag("start", true));
        ToolKeyTable.Holder agent = Query.agent(context);
        need(context, id)
                .onSuccess(from -> {
                    Task.Spec spec = started.spec().continuing(from);
                    // What an agent makes is below it, wherever it goes on from.
                    Task.Spec placed = agent == null || spec.parentTaskId() != null
                            ? spec
                            : spec.below(agent.taskId().toString(), spec);
                    tasks.create(context, started.with(placed));
                })
                .onFailure(context::fail);
    }

    /** The tasks that this one has made. */
    void subtasks(RoutingContext context) {
        TaskId id = Query.taskId(context);
        need(context, id)
                .onSuccess(parent -> tasks.list(context, id.toString()))
                .onFailure(context::fail);
    }

    /** Makes a task below this one. */
    void createSubtask(RoutingContext context) {
        TaskId id = Query.taskId(context);
        TaskTable.NewTask asked = TaskForm.read(Body.of(context), Query.key(context));
        need(context, id)
                .onSuccess(parent -> tasks.create(
                        context, asked.with(asked.spec().below(parent.id().toString(), parent.spec()))))
                .onFailure(context::fail);
    }

    private static boolean isIdle(Task task) {
        return !task.queued() && (task.status() == TaskState.PENDING || task.ended());
    }

    private static @Nullable TaskState status(@Nullable String wire) {
        TaskState status = wire == null ? null : TaskState.of(wire);
        if (status != null && !BY_HAND.contains(status)) {
            throw Errors.validation(
                    "a task can't be made " + status.wire() + " by hand",
                    "Use start, pause or resume; by hand it is made pending, done, failed or interrupted");
        }
        return status;
    }

    private static Map<TaskEdits.Field, Object> fields(Body body) {
        Map<TaskEdits.Field, Object> fields = new EnumMap<>(TaskEdits.Field.class);
        // Without a name the plan gives one to a new task; one that is there is not to be without.
        put(fields, TaskEdits.Field.NAME, body.text("name") == null ? null : TaskForm.name(body.needText("name")));
        String plan = body.text("plan");
        put(fields, TaskEdits.Field.PLAN, plan == null ? null : body.needText("plan"));
        put(fields, TaskEdits.Field.PRIORITY, TaskForm.priority(body));
        put(fields, TaskEdits.Field.MAX_RETRIES, body.number("maxRetries", 0, TaskForm.RETRIES_MAX));
        put(fields, TaskEdits.Field.PROGRESS_SUMMARY, TaskForm.progress(body.text("progressSummary")));
        put(fields, TaskEdits.Field.BASE_BRANCH, TaskForm.branch(body.text("baseBranch")));
        put(fields, TaskEdits.Field.TARGET_BRANCH, TaskForm.branch(body.text("targetBranch")));
        put(fields, TaskEdits.Field.COMPLETION_ACTION, TaskForm.action(body.text("completionAction")));
        put(fields, TaskEdits.Field.AGENT, TaskForm.word("agent", body.text("agent")));
        put(fields, TaskEdits.Field.MODEL, TaskForm.word("model", body.text("model")));
        put(fields, TaskEdits.Field.TIMEOUT_SECS, TaskForm.timeout(body));
        put(fields, TaskEdits.Field.MAX_COST_MICROS, TaskForm.maxCost(body));
        return fields;
    }

    private static void put(Map<TaskEdits.Field, Object> fields, TaskEdits.Field field, @Nullable Object value) {
        if (value != null) {
            fields.put(field, value);
        }
    }

    /** An agent says how far it is; who works by way of others may also change what these are to do. */
    private static void checkAgent(
            ToolKeyTable.@Nullable Holder agent, Task task, Set<TaskEdits.Field> fields, @Nullable TaskState status) {
        if (agent == null) {
            return;
        }
        boolean own = task.id().equals(agent.taskId());
        boolean below = agent.makesTasks() && !own;
        boolean progress = own && Set.of(TaskEdits.Field.PROGRESS_SUMMARY).containsAll(fields);
        if (status != null || !(below || progress)) {
            throw new MakimaException(
                    ErrorCode.UNAUTHORIZED,
                    "an agent's key can't change that of task " + task.id(),
                    "It says \"progressSummary\" of its own task; one that makes tasks changes those, but not their status");
        }
    }

    private Future<Task> need(RoutingContext context, TaskId id) {
        return store.tasks()
                .get(Query.owner(context), id)
                .map(found -> found.orElseThrow(() -> Errors.notFound("no task " + id)));
    }
}
