package dev.makima.server.api;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.base.Text;
import dev.makima.server.contracts.Checklist;
import dev.makima.server.contracts.Checklists;
import dev.makima.server.contracts.CompletionAdvice;
import dev.makima.server.contracts.ContractType;
import dev.makima.server.contracts.Contracts;
import dev.makima.server.contracts.Suggestions;
import dev.makima.server.contracts.SupervisorStates;
import dev.makima.server.store.Contract;
import dev.makima.server.store.DeliverableTable;
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
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a contract stands: what its phase needs, what its supervisor is at, its tasks. To be used on one event loop. */
final class ContractStanding {
    /** How many of a contract's things a list shows where it is not said. */
    static final int LIMIT_DEFAULT = 200;

    static final int LIMIT_MAX = 500;

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
        Future<List<Task>> tasks = store.contractWork().tasks(contract);
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
                    .put(
                            "state",
                            SupervisorStates.of(
                                    contract,
                                    leader.orElse(null),
                                    said.result()
                                            .map(SupervisorTable.Standing::state)
                                            .orElse(null),
                                    !pending.isEmpty(),
                                    !open.result().isEmpty()));
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
                .compose(this::suggested)
                .onSuccess(next -> Query.json(context, 200, ContractJson.suggestion(next)))
                .onFailure(context::fail);
    }

    private Future<Suggestions.Suggestion> suggested(Contract contract) {
        Future<Checklist> checklist = checklist(contract);
        Future<List<Task>> tasks = store.contractWork().tasks(contract);
        Future<Set<TaskId>> merged = store.contractWork().merged(contract.id());
        Future<List<QuestionTable.Asked>> open = store.questions().open(contract.id(), clock.instant());
        return Future.all(checklist, tasks, merged, open)
                .map(_ -> Suggestions.next(new Suggestions.Standing(
                        contract, checklist.result(), tasks.result(), merged.result(), open.result())));
    }

    void completionAction(RoutingContext context) {
        Body body = Body.of(context);
        List<String> files = body.texts("files");
        boolean code = body.flag("code", false);
        String named = body.text("taskId");
        TaskId taskId = named == null ? null : TaskId.of(named);
        contract(context)
                .compose(contract -> advice(contract, taskId, files, code))
                .onSuccess(advice -> Query.json(context, 200, ContractJson.suggestion(advice)))
                .onFailure(context::fail);
    }

    private Future<Suggestions.Suggestion> advice(
            Contract contract, @Nullable TaskId taskId, List<String> files, boolean code) {
        Future<Boolean> remote = store.repositories()
                .list(contract.id())
                .map(list -> list.stream().anyMatch(one -> one.url() != null));
        Future<Optional<Task>> task = taskId == null
                ? Future.succeededFuture(Optional.empty())
                : store.tasks().get(contract.ownerId(), taskId).map(found -> {
                    boolean its = found.filter(one ->
                                    contract.id().toString().equals(one.spec().contractId()))
                            .isPresent();
                    if (!its) {
                        throw Errors.notFound("no task " + taskId + " of the contract");
                    }
                    return found;
                });
        return Future.all(remote, task)
                .map(_ -> CompletionAdvice.of(contract, task.result().orElse(null), files, code, remote.result()));
    }

    void deliverables(RoutingContext context) {
        contract(context)
                .compose(this::checklist)
                .onSuccess(checklist ->
                        Query.json(context, 200, new JsonObject().put("deliverables", ContractJson.items(checklist))))
                .onFailure(context::fail);
    }

    void mark(RoutingContext context) {
        Body body = Body.of(context);
        boolean done = body.flag("done", true);
        String name = Objects.requireNonNullElse(context.pathParam("name"), "");
        contract(context)
                .compose(contract -> {
                    List<String> known = ContractType.of(contract.type()).deliverables();
                    if (!known.contains(name)) {
                        return Future.<Void>failedFuture(new MakimaException(
                                ErrorCode.NOT_FOUND,
                                "the contract has no deliverable " + Text.abbreviate(name, 60),
                                "It has " + String.join(", ", known)));
                    }
                    return Meant.of(context, body, () -> mark(contract, name))
                            .compose(meant -> store.deliverables()
                                    .mark(contract.id(), name, done, meant.version(), clock.instant()))
                            .compose(marked -> marked
                                    ? checklist(contract).<Void>map(now -> {
                                        Query.json(context, 200, ContractJson.checklist(now));
                                        return null;
                                    })
                                    : mark(contract, name).<Void>map(now -> {
                                        Meant.outdated(context, "deliverable " + name, now);
                                        return null;
                                    }));
                })
                .onFailure(context::fail);
    }

    /** How a deliverable was marked last. */
    private Future<JsonObject> mark(Contract contract, String name) {
        return store.deliverables()
                .marks(contract.id())
                .map(marks -> marks.getOrDefault(name, DeliverableTable.Mark.none(name)))
                .map(mark -> new JsonObject()
                        .put("name", name)
                        .put("done", mark.done())
                        .put("version", mark.version()));
    }

    void tasks(RoutingContext context) {
        list(context, task -> Json.task(task, false));
    }

    void tree(RoutingContext context) {
        list(context, ContractJson::node);
    }

    private void list(RoutingContext context, Function<Task, JsonObject> shown) {
        Page page = Page.asked(context, LIMIT_DEFAULT, LIMIT_MAX);
        contract(context)
                .compose(contract ->
                        store.contractWork().tasks(contract.ownerId(), contract.id(), page.behind(), page.reads()))
                .onSuccess(found -> Query.json(context, 200, page.of("tasks", found, shown, Task::position)))
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
    void report(RoutingContext context, Contracts contracts) {
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
                            if (own && taskId.toString().equals(contract.supervisorTaskId())) {
                                return Future.failedFuture(Errors.validation(
                                        "the supervisor has nobody to report to: reports are for it",
                                        "A question to a person is asked by: makima supervisor ask"));
                            }
                            return member && own
                                    ? contracts.report(contract, task.orElseThrow(), message)
                                    : Future.failedFuture(Errors.notFound("no task " + taskId + " of the contract"));
                        }))
                .onSuccess(_ -> Query.json(context, 202, new JsonObject()))
                .onFailure(context::fail);
    }
}
