package dev.makima.cli.command.tasks;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** makima tasks message. */
@Command(
        name = "message",
        sortOptions = false,
        description = "Says something to the agent of a running task; it reads it when its turn allows.",
        footer = {"", "Example:", "  makima tasks message 1a2b3c4d \"Leave the old parser as it is\""})
final class TasksMessageCommand extends ApiCommand {
    @Parameters(index = "0", paramLabel = "TASK", description = "its id, or the first digits of it")
    String task = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "TEXT", description = "what to say; words are joined")
    List<String> words = List.of();

    TasksMessageCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected boolean needsRunningInstance() {
        return true; // without one no agent runs that could be told
    }

    @Override
    protected int ask(ApiClient api) {
        String text = String.join(" ", words).strip();
        if (text.isEmpty()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, "the message is empty", "Say what the agent is to know or do");
        }
        String id = TaskReference.resolve(api, task);
        api.post("/mesh/tasks/" + id + "/message", Json.object().put("message", text));
        if (json) {
            print(api.get("/mesh/tasks/" + id));
        } else {
            surroundings.out().println("Told. Follow the task with: makima tasks output -f " + id.substring(0, 8));
        }
        return ExitCode.OK;
    }
}
