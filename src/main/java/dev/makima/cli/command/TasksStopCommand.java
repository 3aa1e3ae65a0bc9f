package dev.makima.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.ExitCode;
import dev.makima.cli.Surroundings;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** makima tasks stop. */
@Command(
        name = "stop",
        sortOptions = false,
        description = "Stops a task gracefully; its work is kept.",
        footer = {"", "Example:", "  makima tasks stop 1a2b3c4d"})
final class TasksStopCommand extends ApiCommand {
    @Parameters(paramLabel = "TASK", description = "its id, or the first digits of it")
    String task = "";

    @Option(names = "--force", description = "kill the agent instead of asking it to stop")
    boolean force;

    TasksStopCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    boolean needsRunningInstance() {
        return true;
    }

    @Override
    int ask(ApiClient api) {
        String id = TaskReference.resolve(api, task);
        JsonNode answer = api.post("/mesh/tasks/" + id + "/stop", Json.object().put("graceful", !force));
        if (json) {
            print(answer);
        } else {
            TaskView stopped = TaskView.of(answer);
            surroundings
                    .out()
                    .println(
                            stopped.ended()
                                    ? "Task " + stopped.shortId() + " is " + stopped.status() + "."
                                    : "Task " + stopped.shortId() + " is being stopped. See: makima tasks show "
                                            + stopped.shortId());
        }
        return ExitCode.OK;
    }
}
