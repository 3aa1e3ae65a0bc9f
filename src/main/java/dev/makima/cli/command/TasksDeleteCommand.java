package dev.makima.cli.command;

import dev.makima.cli.Surroundings;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** makima tasks delete. */
@Command(
        name = "delete",
        sortOptions = false,
        description = {
            "Forgets a task that is at rest, with all its output. Its branch stays.",
            "Its worktree is removed by: makima tasks cleanup, before"
        },
        footer = {"", "Example:", "  makima tasks delete 1a2b3c4d"})
final class TasksDeleteCommand extends ApiCommand {
    @Parameters(paramLabel = "TASK", description = "its id, or the first digits of it")
    String task = "";

    TasksDeleteCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int ask(ApiClient api) {
        String id = TaskReference.resolve(api, task);
        api.delete("/mesh/tasks/" + id);
        return answered(Json.object().put("id", id).put("deleted", true), _ -> say("Deleted."));
    }
}
