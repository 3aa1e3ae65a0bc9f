package dev.makima.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.cli.ExitCode;
import dev.makima.cli.Surroundings;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.local.TaskRepository;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
            "  makima tasks create --repo https://github.com/me/site \"Update the footer\""
        })
final class TasksCreateCommand extends ApiCommand {
    @Parameters(paramLabel = "PLAN", description = "what the agent shall do")
    String plan = "";

    @Option(
            names = {"-r", "--repo"},
            paramLabel = "REPO",
            description = "a directory, a URL, or new://; default: the current directory's")
    @Nullable
    String repo;

    @Option(
            names = {"-a", "--action"},
            paramLabel = "ACTION",
            defaultValue = "branch",
            description = "none, branch, merge or pr; default: ${DEFAULT-VALUE}")
    RunCommand.Action action = RunCommand.Action.branch;

    @Option(
            names = {"-b", "--base"},
            paramLabel = "BRANCH",
            description = "the branch to start from")
    @Nullable
    String base;

    @Option(
            names = {"-n", "--name"},
            paramLabel = "NAME",
            description = "the task's name; default: the plan's first words")
    @Nullable
    String name;

    @Option(names = "--start", description = "start it at once")
    boolean start;

    TasksCreateCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    boolean needsRunningInstance() {
        return start; // it would end with this command
    }

    @Override
    int ask(ApiClient api) {
        TaskRepository repository =
                TaskRepository.find(surroundings, repo, base, api.url().isLoopback());
        repository.notes().forEach(note -> surroundings.err().println("makima: " + note));
        ObjectNode request = Json.object()
                .put("name", name == null ? RunCommand.nameOf(plan) : name)
                .put("plan", plan)
                .put("repositoryUrl", repository.url())
                .put("completionAction", action.name())
                .put("start", start);
        if (repository.base() != null) {
            request.put("baseBranch", repository.base());
        }
        if (repository.target() != null) {
            request.put("targetRepoPath", repository.target());
        }
        JsonNode answer = api.post("/mesh/tasks", request);
        if (json) {
            print(answer);
        } else {
            surroundings.out().println(TaskView.of(answer).id());
        }
        return ExitCode.OK;
    }
}
