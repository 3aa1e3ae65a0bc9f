package dev.makima.cli.command.tasks;

import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** makima tasks retry. */
@Command(
        name = "retry",
        sortOptions = false,
        description = {
            "Gives a task that failed or was interrupted to a daemon again: it goes on where it was.",
            "To begin anew there is: makima tasks start"
        },
        footer = {"", "Example:", "  makima tasks retry 1a2b3c4d"})
final class TasksRetryCommand extends ApiCommand {
    @Parameters(paramLabel = "TASK", description = "its id, or the first digits of it")
    String task = "";

    TasksRetryCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected boolean needsRunningInstance() {
        return true; // it would end with this command
    }

    @Override
    protected int ask(ApiClient api) {
        String id = TaskReference.resolve(api, task);
        return answered(api.post("/mesh/tasks/" + id + "/retry", Json.object()), answer -> {
            TaskView queued = TaskView.of(answer);
            say("Task " + queued.shortId() + " is " + queued.status() + ". Follow it with: makima tasks output -f "
                    + queued.shortId());
        });
    }
}
