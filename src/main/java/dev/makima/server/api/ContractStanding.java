package dev.makima.server.api;

import dev.makima.base.TaskId;
import dev.makima.protocol.SupervisorState;
import dev.makima.protocol.TaskState;
import dev.makima.server.contracts.Checklist;
import dev.makima.server.contracts.Checklists;
import dev.makima.server.contracts.ContractType;
import dev.makima.server.contracts.Suggestions;
import dev.makima.server.store.Contract;
import dev.makima.server.store.QuestionTable;
import dev.makima.server.store.Store;
import dev.makima.server.store.SupervisorTable;
import dev.makima.server.store.Task;
import dev.makima.server.store.ToolKeyTable;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a contract stands: what its phase needs, what its supervisor is at, its tasks. To be used on one event loop. */
final class ContractStanding {
    private final Store store;
    private final Clock clock;

    ContractStanding(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** The contract of the path. Fails with NOT_FOUND. */
    Future<Contract> contract(RoutingContext context) {
        return store.contracts()
                .get(Query.owner(context), Query.id(context, "contract"))
                .map(found -> found.orElseThrow(() -> Errors.notFound("no contract " + context.pathParam("id"))));
    }

    /** What its phase still needs. */
    Future<Checklist> checklist(Contract contract) {
        return Checklists.of(store, contract);
    }

    /** The contract with all that is needed to see how it stands. */
    Future<JsonObject> whole(Contract contract) {
        JsonObject json = ContractJson.contract(contract);
        return store.contracts()
                .phases(contract.id())
                .compose(phases -> {
                    json.put("phases", ContractJson.phases(phases));
                    return store.repositories().list(contract.id());
                })
                .compose(repositories -> {
                    json.put("repositories", ContractJson.repositories(repositories));
                    return checklist(contract);
                })
                .compose(checklist -> {
                    json.put("deliverables", ContractJson.items(checklist));
                    Json.put(json, "nextPhase", checklist.next());
                    return supervisor(contract);
                })
                .map(supervisor -> json.put("openQuestions", supervisor.getJsonArray("openQuestions"))
                        .put("supervisor", supervisor));
    }

    /** What the supervisor is at. */
    Future<JsonObject> supervisor(Contract contract) {
        Future<Optional<SupervisorTable.Standing>> said = store.supervisors().of(contract.id());
        Future<List<Task>> tasks = store.tasks().ofContract(contract.ownerId(), contract.id());
        Future<List<QuestionTable.Asked>> open = store.questions().open(contract.id(), clock.instant());
        return Future.all(said, tasks, open).map(_ -> {
            List<Task> members = tasks.result().stream()
                    .filter(task -> !task.spec().isSupervisor())
                    .toList();
            List<String> pending = members.stream()
                    .filter(task -> !task.ended())
                    .map(task -> task.id().toString())
                    .toList();
            Optional<Task> leader = tasks.result().stream()
                    .filter(task -> task.spec().isSupervisor())
                    .findFirst();
            JsonObject json = new JsonObject()
                    .put("taskId", contract.supervisorTaskId())
                    .put("state", state(contract, leader.orElse(null), said.result(), pending, open.result()));
            Json.put(
                    json,
                    "activity",
                    said.result().map(SupervisorTable.Standing::activity).orElse(null));
            return json.put(
                            "progress",
                            members.isEmpty() ? 0 : 100 * contract.counts().done() / members.size())
                    .put("phase", contract.phase())
                    .put("pendingTaskIds", new JsonArray(List.copyOf(pending)))
                    .put("openQuestions", ContractJson.questions(open.result()))
                    .put(
                            "restarts",
                            said.result()
                                    .map(SupervisorTable.Standing::restarts)
                                    .orElse(0L))
                    .put(
                            "updatedAt",
                            said.result()
                                    .map(SupervisorTable.Standing::updatedAt)
                                    .orElse(contract.updatedAt())
                                    .toString());
        });
    }

    /** Its daemon tells work from rest; for what it waits the server knows. */
    private static String state(
            Contract contract,
            @Nullable Task leader,
            Optional<SupervisorTable.Standing> said,
            List<String> pending,
            List<QuestionTable.Asked> open) {
        if (contract.completed()) {
            return SupervisorState.COMPLETED.wire();
        }
        if (leader != null && leader.status() == TaskState.FAILED) {
            return SupervisorState.FAILED.wire();
        }
        if (leader == null || leader.status() == TaskState.INTERRUPTED || leader.status() == TaskState.DONE) {
            return SupervisorState.INTERRUPTED.wire();
        }
        if (!open.isEmpty()) {
            return SupervisorState.WAITING_FOR_USER.wire();
        }
        String state = said.map(SupervisorTable.Standing::state).orElse(SupervisorState.INITIALIZING.wire());
        return state.equals(SupervisorState.IDLE.wire()) && !pending.isEmpty()
                ? SupervisorState.WAITING_FOR_TASKS.wire()
                : state;
    }

    void supervisor(RoutingContext context) {
        contract(context)
                .compose(this::supervisor)
                .onSuccess(json -> Query.json(context, 200, json))
                .onFailure(context::fail);
    }

    void checklist(RoutingContext context) {
        contract(context)
                .compose(this::checklist)
                .onSuccess(checklist -> Query.json(context, 200, ContractJson.checklist(checklist)))
                .onFailure(context::fail);
    }

    void suggestion(RoutingContext context) {
        contract(context)
                .compose(contract -> checklist(contract).map(list -> Suggestions.next(contract, list)))
                .onSuccess(next -> Query.json(context, 200, ContractJson.suggestion(next)))
                .onFailure(context::fail);
    }

    void completionAction(RoutingContext context) {
        Body body = Body.of(context);
        List<String> files = body.texts("files");
        boolean code = body.flag("code", false);
        contract(context)
                .onSuccess(_ -> Query.json(context, 200, ContractJson.suggestion(Suggestions.completion(files, code))))
                .onFailure(context::fail);
    }

    void deliverables(RoutingContext context) {
        contract(context)
                .compose(this::checklist)
                .onSuccess(checklist ->
                        Query.json(context, 200, new JsonObject().put("deliverables", ContractJson.items(checklist))))
                .onFailure(context::fail);
    }

    void mark(RoutingContext context) {
        boolean done = Body.of(context).flag("done", true);
        String name = Objects.requireNonNullElse(context.pathParam("name"), "");
        contract(context)
                .compose(contract -> {
                    if (!ContractType.of(contract.type()).hasDeliverable(name)) {
                        return Future.failedFuture(
                                Errors.notFound("no deliverable " + dev.makima.base.Text.abbreviate(name, 60)));
                    }
                    return store.deliverables()
                            .mark(contract.id(), name, done, clock.instant())
                            .compose(_ -> checklist(contract));
                })
                .onSuccess(checklist -> Query.json(context, 200, ContractJson.checklist(checklist)))
                .onFailure(context::fail);
    }

    void tasks(RoutingContext context) {
        list(context, task -> Json.task(task, false));
    }

    void tree(RoutingContext context) {
        list(context, ContractJson::node);
    }

    private void list(RoutingContext context, java.util.function.Function<Task, JsonObject> as) {
        contract(context)
                .compose(contract -> store.tasks().ofContract(contract.ownerId(), contract.id()))
                .onSuccess(tasks -> {
                    JsonArray list = new JsonArray();
                    tasks.forEach(task -> list.add(as.apply(task)));
                    Query.json(context, 200, new JsonObject().put("tasks", list));
                })
                .onFailure(context::fail);
    }

    void createTask(RoutingContext context, TasksApi tasks) {
        contract(context)
                .onSuccess(contract -> {
                    try {
                        tasks.createIn(context, contract);
                    } catch (RuntimeException e) {
                        context.fail(e);
                    }
                })
                .onFailure(context::fail);
    }

    /** A member, or a person for it, tells the supervisor something. */
    void report(RoutingContext context, dev.makima.server.contracts.Contracts contracts) {
        Body body = Body.of(context);
        String message = body.needText("message");
        TaskId taskId = TaskId.of(body.needText("taskId"));
        contract(context)
                .compose(contract -> store.tasks()
                        .get(contract.ownerId(), taskId)
                        .compose(task -> {
                            boolean member = task.filter(found -> contract.id()
                                                    .toString()
                                                    .equals(found.spec().contractId())
                                            && !found.spec().isSupervisor())
                                    .isPresent();
                            ToolKeyTable.@Nullable Holder agent = Query.agent(context);
                            boolean own = agent == null
                                    || agent.isSupervisor()
                                    || agent.taskId().equals(taskId);
                            return member && own
                                    ? contracts.report(contract, task.orElseThrow(), message)
                                    : Future.failedFuture(Errors.notFound("no task " + taskId + " of the contract"));
                        }))
                .onSuccess(_ -> Query.json(context, 202, new JsonObject()))
                .onFailure(context::fail);
    }
}
