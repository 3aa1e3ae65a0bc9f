package dev.makima.cli.command.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.Pages;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.view.Printable;
import dev.makima.cli.view.Progress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What agents do with tasks of theirs. Stateless; blocks. */
final class AgentTasks {
    private static final int LAST_ENTRIES = 200;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    /** Agents end commands that take too long; a supervisor's are given a little more than this. */
    private static final long WAIT_SECS = 3600;

    private AgentTasks() {}

    /** The tasks that the calling agent's task has made. */
    static JsonNode children(AgentCall call) {
        String self = call.self();
        return found(
                call.api(),
                "&parent=" + self,
                task -> self.equals(task.path("parentTaskId").asText()));
    }

    /** The same, and what else belongs to the contract. */
    static JsonNode ofContract(AgentCall call) {
        String self = call.self();
        @Nullable String contract = call.contractIfAny();
        return found(
                call.api(),
                contract == null ? "&parent=" + self : "&contract=" + contract,
                task -> self.equals(task.path("parentTaskId").asText())
                        || (contract != null
                                && contract.equals(task.path("contractId").asText())));
    }

    private static JsonNode found(ApiClient api, String filter, Predicate<JsonNode> meant) {
        ObjectNode answer = Json.object();
        ArrayNode tasks = answer.putArray("tasks");
        Pages.all(api, "/mesh/tasks?limit=200" + filter, "tasks").path("tasks").forEach(task -> {
            if (meant.test(task)) {
                tasks.add(task);
            }
        });
        return answer;
    }

    /** Makes a subtask of the calling agent's task, in the same repository. */
    static JsonNode create(AgentCall call, boolean start) {
        String self = call.self();
        ObjectNode request = Json.object()
                .put("name", call.text("NAME"))
                .put("plan", call.text("PLAN"))
                .put("parentTaskId", self)
                .put("completionAction", "none")
                .put("start", start);
        List<String> files = call.paths("--files");
        if (!files.isEmpty()) {
            ArrayNode list = request.putArray("copyFiles");
            files.forEach(list::add);
        }
        if (call.optional("--continue-from") != null) {
            request.put("continueFromTaskId", call.resolved("--continue-from"));
        }
        JsonNode own = call.api().get("/mesh/tasks/" + self);
        for (String field : List.of("repositoryUrl", "baseBranch", "contractId")) {
            if (own.hasNonNull(field)) {
                request.set(field, own.get(field));
            }
        }
        return call.api().post("/mesh/tasks", request);
    }

    /** The path of the task that is meant; what is wrong in the call is said before anybody is asked. */
    private static String path(AgentCall call) {
        call.self();
        return "/mesh/tasks/" + call.resolved("ID");
    }

    /** One task. */
    static JsonNode get(AgentCall call) {
        String path = path(call);
        return call.api().get(path);
    }

    /** Starts a task. */
    static JsonNode start(AgentCall call) {
        String path = path(call);
        return call.api().post(path + "/start", Json.object());
    }

    /** Stops a task. */
    static JsonNode stop(AgentCall call) {
        String path = path(call);
        return call.api().post(path + "/stop", Json.object());
    }

    /** The last entries of a task's output, or those after one: what an agent reads is paid for by the word. */
    static JsonNode output(AgentCall call) {
        @Nullable Long after = call.number("--after", 0);
        String path = path(call);
        long from = after != null
                ? after
                : Math.max(0, call.api().get(path).path("lastSeq").asLong() - LAST_ENTRIES);
        return call.api().get(path + "/output?limit=" + LAST_ENTRIES + "&after=" + from);
    }

    /** Where a task's files are. */
    static JsonNode worktree(AgentCall call) {
        JsonNode task = get(call);
        if (!task.hasNonNull("worktreePath") && task.hasNonNull("daemonId")) {
            // While it runs its daemon alone knows.
            JsonNode place = call.api().get("/mesh/tasks/" + task.path("id").asText() + "/worktree");
            return Json.object()
                    .put("id", task.path("id").asText())
                    .put("worktreePath", place.path("worktreePath").asText(null))
                    .put("branch", place.path("branch").asText(null));
        }
        if (!task.hasNonNull("worktreePath")) {
            throw new MakimaException(
                    ErrorCode.NOT_FOUND,
                    "where the files of task " + task.path("id").asText() + " are is not known",
                    "It is known once a daemon has begun with the task");
        }
        return Json.object()
                .put("id", task.path("id").asText())
                .put("worktreePath", task.path("worktreePath").asText())
                .put("branch", task.path("branch").asText(null));
    }

    /**
     * Says of the calling agent's task that it is done, as its summary; it ends when its agent does.
     *
     * @throws MakimaException CONFLICT where a subtask is still at work or waits for a daemon
     */
    static JsonNode finish(AgentCall call) {
        String self = call.self();
        @Nullable String summary = call.optional("SUMMARY");
        for (JsonNode tree : children(call).path("tasks")) {
            TaskView task = TaskView.of(tree);
            if (task.active() || (task.waiting() && Boolean.TRUE.equals(task.startRequested()))) {
                throw new MakimaException(
                        ErrorCode.CONFLICT,
                        "subtask " + task.shortId() + " (" + Printable.line(task.name()) + ") is " + task.status()
                                + " still",
                        "Wait for its end, or stop it (makima orchestrator stop " + task.shortId()
                                + "), then say done again");
            }
        }
        ObjectNode change = Json.object()
                .put("progressSummary", summary == null || summary.isBlank() ? "All subtasks are done" : summary);
        return call.api().put("/mesh/tasks/" + self, change);
    }

    /**
     * Waits until a task has ended, and returns it.
     *
     * @throws MakimaException TIMEOUT where it goes on for longer than was to be waited
     */
    static JsonNode await(AgentCall call) {
        @Nullable Long given = call.number("SECS", 1);
        long seconds = given == null ? WAIT_SECS : Math.min(given, WAIT_SECS);
        String path = path(call);
        try (Progress _ = call.waiting(() -> "waiting for the end of the task")) {
            return ended(call, path, seconds);
        }
    }

    private static JsonNode ended(AgentCall call, String path, long seconds) {
        long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        while (true) {
            JsonNode now = call.api().get(path);
            TaskView task = TaskView.of(now);
            if (task.ended()) {
                return now;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new MakimaException(
                        ErrorCode.TIMEOUT,
                        "task " + task.id() + " is " + task.status() + " after " + seconds + " s",
                        "Look at it (makima supervisor output " + task.shortId() + ") and wait again");
            }
            LockSupport.parkNanos(Math.min(left, LOOK_EVERY.toNanos()));
        }
    }
}
