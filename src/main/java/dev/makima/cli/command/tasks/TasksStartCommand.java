package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** makima tasks start. */
@Command(
        name = "start",
        sortOptions = false,
        description = "Starts a task that was created without --start, or again after it has ended.",
        footer = {"", "Example:", "  makima tasks start 1a2b3c4d"})
final class TasksStartCommand extends ApiCommand {
    @Parameters(paramLabel = "TASK", description = "its id, or the first digits of it")
    String task = "";

    TasksStartCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected boolean needsRunningInstance() {
        return true;
    }

    @Override
    protected int ask(ApiClient api) {
        String id = TaskReference.resolve(api, task);
        JsonNode answer = api.post("/mesh/tasks/" + id + "/start", Json.object());
        if (json) {
            print(answer);
        } else {
            TaskView started = TaskView.of(answer);
            surroundings
                    .out()
                    .println("Task " + started.shortId() + " is " + started.status()
                            + ". Follow it with: makima tasks output -f " + started.shortId());
        }
        return ExitCode.OK;
    }
}
