package dev.makima.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.cli.ExitCode;
import dev.makima.cli.Surroundings;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.local.TaskRepository;
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
            "  makima tasks create --repo https://github.com/me/site \"Update the footer\""
        })
final class TasksCreateCommand extends ApiCommand {
    @Mixin
    TaskOptions task = new TaskOptions();

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
        String plan = task.plan(surroundings);
        TaskRepository repository = task.repository(surroundings, api.url().isLoopback());
        repository.notes().forEach(note -> surroundings.err().println("makima: " + note));
        ObjectNode request = TaskOptions.resolved(api, task.request(plan, repository, start));
        JsonNode answer = api.post("/mesh/tasks", request);
        if (json) {
            print(answer);
        } else {
            surroundings.out().println(TaskView.of(answer).id());
        }
        return ExitCode.OK;
    }
}
