package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.ContractReference;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.TaskRepository;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** makima tasks create. */
@Command(
        name = "create",
        sortOptions = false,
        description =
                "Creates a task and prints its id; --start hands it to a daemon, which goes on without this command.",
        footer = {
            "",
            "Examples:",
            "  makima tasks create --repo . --start \"Add a test for the date parser\"",
            "  makima tasks create --repo https://github.com/me/site \"Update the footer\"",
            "  makima tasks create --repo . --parent 1a2b3c4d --name parser \"Write the date parser\""
        })
final class TasksCreateCommand extends ApiCommand {
    @Mixin
    TaskOptions task = new TaskOptions();

    @Option(names = "--start", description = "start it at once")
    boolean start;

    @Option(
            names = "--parent",
            paramLabel = "TASK",
            description =
                    "make it a subtask of that one, which becomes an orchestrator: its id, or the first digits of it")
    @Nullable
    String parent;

    @Option(names = "--contract", paramLabel = "CONTRACT", description = "make it a member of that contract")
    @Nullable
    String contract;

    @Option(
            names = "--copy",
            paramLabel = "PATHS",
            split = ",",
            description = "copy these files, which git does not have, from the parent's worktree: a,b")
    List<String> copy = List.of();

    @Option(
            names = "--max-retries",
            paramLabel = "N",
            description = "how often it is given to another daemon by itself; default: the server's")
    @Nullable
    Integer maxRetries;

    TasksCreateCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected boolean needsRunningInstance() {
        return start; // it would end with this command
    }

    @Override
    protected int ask(ApiClient api) {
        String plan = task.plan(surroundings);
        TaskRepository repository = task.repository(surroundings, api.url().isLoopback());
        repository.notes().forEach(note -> surroundings.err().println("makima: " + note));
        ObjectNode request = belonging(api, TaskOptions.resolved(api, task.request(plan, repository, start)));
        JsonNode answer = api.post("/mesh/tasks", request);
        if (json) {
            print(answer);
        } else {
            surroundings.out().println(TaskView.of(answer).id());
        }
        return ExitCode.OK;
    }

    private ObjectNode belonging(ApiClient api, ObjectNode request) {
        if (parent != null) {
            // What becomes of a subtask's work is its orchestrator's to decide.
            request.put("parentTaskId", TaskReference.resolve(api, parent)).put("completionAction", "none");
        }
        if (contract != null) {
            request.put("contractId", ContractReference.resolve(api, contract));
        }
        if (!copy.isEmpty()) {
            copy.forEach(request.putArray("copyFiles")::add);
        }
        if (maxRetries != null) {
            request.put("maxRetries", maxRetries);
        }
        return request;
    }
}
