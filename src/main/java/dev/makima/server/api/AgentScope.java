package dev.makima.server.api;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.TaskId;
import dev.makima.base.Text;
import dev.makima.base.Uuids;
import dev.makima.server.store.Store;
import dev.makima.server.store.Task;
import dev.makima.server.store.TaskTable;
import dev.makima.server.store.ToolKeyTable;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far an agent's key reaches: to its task and that one's family, of which it changes what is its own, or made by it, or
 * led by it. What is not named here it can't do, so that a route that is added is closed to agents at first. To be used on one
 * event loop.
 */
final class AgentScope {
    private static final String TASKS = Routes.PREFIX + "/mesh/tasks";

    private static final String OUTPUT = Routes.PREFIX + "/mesh/output";
    private static final String CONTRACTS = Routes.PREFIX + "/contracts";
    /** What below its contract the agent of a member may do. */
    private static final Set<String> MEMBER = Set.of(
            "GET ",
            "GET checklist",
            "GET deliverables",
            "GET files",
            "GET files/*",
            "POST files",
            "PUT files/*",
            "POST files/*/sync",
            "POST reports",
            "GET suggestion",
            "POST completion-action");
    /** What the agent of its supervisor may do beside that: all but to answer its own questions, and to delete. */
    private static final Set<String> SUPERVISOR = Set.of(
            "PUT ",
            "POST phase",
            "PUT deliverables/*",
            "GET tasks",
            "POST tasks",
            "DELETE files/*",
            "GET repositories",
            "GET supervisor",
            "GET questions",
            "POST questions",
            "GET questions/*",
            "GET tree",
            "GET history",
            "GET events",
            "POST complete");

    private final Store store;

    AgentScope(Store store) {
        this.store = store;
    }

    /** Whether the request is one that the agent may make. Fails with UNAUTHORIZED, or with NOT_FOUND. */
    Future<Void> check(RoutingContext context, ToolKeyTable.Holder agent) {
        // A route takes a slash at its end too.
        String path = context.normalizedPath().replaceAll("/+$", "");
        HttpMethod asked = context.request().method();
        // Who may have the answer may have it without its body.
        HttpMethod method = asked.equals(HttpMethod.HEAD) ? HttpMethod.GET : asked;
        if (path.equals(TASKS) || (path.equals(OUTPUT) && method.equals(HttpMethod.GET))) {
            return Future.succeededFuture();
        }
        if (path.startsWith(CONTRACTS + "/")) {
            return ofContract(agent, method, path.substring(CONTRACTS.length() + 1));
        }
        if (!path.startsWith(TASKS + "/") || method.equals(HttpMethod.DELETE)) {
            return refused("do " + method + " " + path);
        }
        String rest = path.substring(TASKS.length() + 1);
        int slash = rest.indexOf('/');
        return reached(agent, slash < 0 ? rest : rest.substring(0, slash))
                .compose(task -> method.equals(HttpMethod.GET) || mayChange(agent, task)
                        ? Future.succeededFuture()
                        : refused("change tasks that are neither its own nor made by it"));
    }

    /** Members see each other, to work side by side; who leads them is their supervisor alone. */
    private static boolean mayChange(ToolKeyTable.Holder agent, Task task) {
        return agent.isSupervisor()
                || task.id().equals(agent.taskId())
                || agent.taskId().toString().equals(task.spec().parentTaskId());
    }

    private static Future<Void> ofContract(ToolKeyTable.Holder agent, HttpMethod method, String rest) {
        int slash = rest.indexOf('/');
        String id = slash < 0 ? rest : rest.substring(0, slash);
        if (!id.equals(agent.contractId())) {
            return Future.failedFuture(Errors.notFound("no contract " + Text.abbreviate(id, 60)));
        }
        // Of a path below the contract's parts, the second one is an id or a name.
        String deed = method + " " + (slash < 0 ? "" : rest.substring(slash + 1).replaceFirst("/[^/]*", "/*"));
        boolean may = MEMBER.contains(deed) || (agent.isSupervisor() && SUPERVISOR.contains(deed));
        return may ? Future.succeededFuture() : refused("do " + deed + " of its contract");
    }

    /**
     * What the agent asks for as it is allowed to: below its own task, in its own contract, from files of its family.
     * Fails with UNAUTHORIZED or NOT_FOUND.
     */
    Future<TaskTable.NewTask> limited(ToolKeyTable.Holder agent, TaskTable.NewTask asked) {
        if (!agent.makesTasks()) {
            return refused("make tasks: only those of supervisors and orchestrators may");
        }
        @Nullable String parent = asked.spec().parentTaskId();
        @Nullable String contract = asked.spec().contractId();
        if (parent == null || !parent.equals(agent.taskId().toString())) {
            return refused("make tasks that are not its own: parentTaskId has to be " + agent.taskId());
        }
        if (contract != null && !contract.equals(agent.contractId())) {
            return refused("make tasks of another contract");
        }
        TaskTable.NewTask own = agent.isSupervisor() && contract == null
                ? asked.with(asked.spec().inContract(String.valueOf(agent.contractId()), null, null))
                : asked;
        @Nullable String from = asked.spec().continueFromTaskId();
        return from == null ? Future.succeededFuture(own) : reached(agent, from).map(own);
    }

    private Future<Task> reached(ToolKeyTable.Holder agent, String id) {
        TaskId taskId;
        try {
            taskId = new TaskId(Uuids.parse("id", id));
        } catch (MakimaException e) {
            return Future.failedFuture(Errors.notFound("no task " + Text.abbreviate(id, 60)));
        }
        return store.tasks()
                .get(agent.ownerId(), taskId)
                .map(found ->
                        found.filter(agent.family()::has).orElseThrow(() -> Errors.notFound("no task " + taskId)));
    }

    private static <T> Future<T> refused(String what) {
        return Future.failedFuture(
                new MakimaException(
                        ErrorCode.UNAUTHORIZED,
                        "an agent's key can't " + what,
                        "It reaches its own task and the tasks made by it, and sees those of its contract, which its supervisor leads"));
    }
}
