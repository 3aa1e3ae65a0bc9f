package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.LocalStack;
import dev.makima.cli.view.Progress;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** makima tasks stop. */
@Command(
        name = "stop",
        sortOptions = false,
        description = "Stops a task gracefully; its work is kept.",
        footer = {"", "Examples:", "  makima tasks stop 1a2b3c4d", "  makima tasks stop 1a2b3c4d --force"})
final class TasksStopCommand extends ApiCommand {
    /** A little longer than a daemon asks, tells and kills. */
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(25);

    @Parameters(paramLabel = "TASK", description = "its id, or the first digits of it")
    String task = "";

    @Option(names = "--force", description = "kill the agent instead of asking it to stop")
    boolean force;

    TasksStopCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** A task that outlived its daemon is taken over for the moment, to be stopped like any other. */
    @Override
    protected LocalStack.Parts parts() {
        return LocalStack.Parts.SERVER_AND_DAEMON;
    }

    @Override
    protected int ask(ApiClient api) {
        String id = TaskReference.resolve(api, task);
        JsonNode answer;
        try (Progress _ = Progress.show(surroundings, () -> "waiting for the agent's end")) {
            answer = ended(
                    api, api.post("/mesh/tasks/" + id + "/stop", Json.object().put("graceful", !force)));
        }
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

    private static JsonNode ended(ApiClient api, JsonNode answer) {
        JsonNode task = answer;
        long deadline = System.nanoTime() + ENDED_WITHIN.toNanos();
        while (TaskView.of(task).active() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(50_000_000);
            task = api.get("/mesh/tasks/" + TaskView.of(task).id());
        }
        return task;
    }
}
