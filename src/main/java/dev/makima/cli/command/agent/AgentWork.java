package dev.makima.cli.command.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.RefName;
import dev.makima.base.RelativePath;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import org.jspecify.annotations.Nullable;

/** What supervisors do with the work of their tasks, and with their own. Stateless; blocks. */
final class AgentWork {
    private AgentWork() {}

    /** A file of a task's worktree. */
    static JsonNode file(AgentCall call) {
        call.self();
        call.task("ID");
        String file = new RelativePath(call.text("PATH")).value();
        return call.api().get(path(call.resolved("ID")) + "/file?path=" + ApiClient.encode(file));
    }

    /** What a task has changed. */
    static JsonNode diff(AgentCall call) {
        call.self();
        call.task("ID");
        return call.api().get(path(call.resolved("ID")) + "/diff");
    }

    /** A branch, checked out in the supervisor's own worktree. */
    static JsonNode branch(AgentCall call) {
        String self = call.self();
        ObjectNode request = Json.object().put("name", new RefName(call.text("NAME")).value());
        with(request, "from", call.branch("--from"));
        return call.api().post(path(self) + "/branches", request);
    }

    /** A task's work, merged into a branch. */
    static JsonNode merge(AgentCall call) {
        call.self();
        call.task("ID");
        ObjectNode request = with(Json.object(), "targetBranch", call.branch("--to"));
        request.put("squash", call.flag("--squash"));
        return call.api().post(path(call.resolved("ID")) + "/merge/target", request);
    }

    /** A pull request, made in the supervisor's own worktree. */
    static JsonNode pullRequest(AgentCall call) {
        String self = call.self();
        ObjectNode request = Json.object()
                .put("branch", new RefName(call.text("BRANCH")).value())
                .put("title", call.text("--title"));
        with(request, "baseBranch", call.branch("--base"));
        return call.api().post(path(self) + "/pr", with(request, "body", call.optional("--body")));
    }

    /** The state of the supervisor's own worktree, saved. */
    static JsonNode checkpoint(AgentCall call) {
        String self = call.self();
        String message = call.text("MESSAGE");
        return call.api().post(path(self) + "/checkpoints", Json.object().put("message", message));
    }

    /** Checkpoints of a task; the supervisor's own where none is named. */
    static JsonNode checkpoints(AgentCall call) {
        String self = call.self();
        if (call.optional("ID") != null) {
            call.task("ID");
        }
        String task = call.optional("ID") == null ? self : call.resolved("ID");
        return call.api().get(path(task) + "/checkpoints");
    }

    private static String path(String task) {
        return "/mesh/tasks/" + task;
    }

    private static ObjectNode with(ObjectNode request, String name, @Nullable String value) {
        return value == null ? request : request.put(name, value);
    }
}
