package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Progress;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** makima tasks pause and resume: the same but for the word and the state that it leads to. */
abstract class TasksPauseCommand extends ApiCommand {
    private static final Duration WITHIN = Duration.ofSeconds(10);

    @Parameters(paramLabel = "TASK", description = "its id, or the first digits of it")
    String task = "";

    private final String action;
    private final String wanted;

    TasksPauseCommand(Surroundings surroundings, String action, String wanted) {
        super(surroundings);
        this.action = action;
        this.wanted = wanted;
    }

    static TasksPauseCommand pause(Surroundings surroundings) {
        return new Pause(surroundings);
    }

    static TasksPauseCommand resume(Surroundings surroundings) {
        return new Resume(surroundings);
    }

    @Override
    protected boolean needsRunningInstance() {
        return true; // without one no agent runs
    }

    @Override
    protected int ask(ApiClient api) {
        String id = TaskReference.resolve(api, task);
        TaskView before = TaskView.of(api.get("/mesh/tasks/" + id));
        if (before.ended() || before.waiting()) {
            throw new MakimaException(
                    ErrorCode.CONFLICT,
                    "task " + before.shortId() + " is " + before.status() + ": no agent works on it",
                    "See: makima tasks list --status running");
        }
        api.post("/mesh/tasks/" + id + "/" + action, Json.object());
        JsonNode answer;
        try (Progress _ = Progress.show(surroundings, () -> "waiting until it is " + wanted)) {
            answer = settled(api, id);
        }
        TaskView after = TaskView.of(answer);
        if (json) {
            print(answer);
        } else if (after.status().equals(wanted) || after.ended()) {
            surroundings.out().println("Task " + after.shortId() + " is " + after.status() + ".");
        } else {
            surroundings
                    .out()
                    .println("Its daemon was told to " + action + " task " + after.shortId() + ", which is "
                            + after.status() + " still. See: makima tasks show " + after.shortId());
        }
        return ExitCode.OK;
    }

    private JsonNode settled(ApiClient api, String id) {
        long deadline = System.nanoTime() + WITHIN.toNanos();
        JsonNode task = api.get("/mesh/tasks/" + id);
        while (!TaskView.of(task).status().equals(wanted)
                && !TaskView.of(task).ended()
                && System.nanoTime() < deadline) {
            LockSupport.parkNanos(50_000_000);
            task = api.get("/mesh/tasks/" + id);
        }
        return task;
    }

    /** makima tasks pause. */
    @Command(
            name = "pause",
            sortOptions = false,
            description = "Stops all processes of a task for a while; nothing is lost.",
            footer = {"", "Example:", "  makima tasks pause 1a2b3c4d"})
    static final class Pause extends TasksPauseCommand {
        Pause(Surroundings surroundings) {
            super(surroundings, "pause", "paused");
        }
    }

    /** makima tasks resume. */
    @Command(
            name = "resume",
            sortOptions = false,
            description = "Lets a paused task go on.",
            footer = {"", "Example:", "  makima tasks resume 1a2b3c4d"})
    static final class Resume extends TasksPauseCommand {
        Resume(Surroundings surroundings) {
            super(surroundings, "resume", "running");
        }
    }
}
