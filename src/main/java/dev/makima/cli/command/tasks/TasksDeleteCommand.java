package dev.makima.cli.command.tasks;

import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.LocalStack;
import dev.makima.cli.view.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** makima tasks delete. */
@Command(
        name = "delete",
        sortOptions = false,
        description = {
            "Forgets a task that is at rest, with all its output, and removes its worktree.",
            "Its branch stays; what was not committed is kept in a checkpoint of it."
        },
        footer = {"", "Example:", "  makima tasks delete 1a2b3c4d"})
final class TasksDeleteCommand extends ApiCommand {
    @Parameters(paramLabel = "TASK", description = "its id, or the first digits of it")
    String task = "";

    @Option(names = "--keep-worktree", description = "leave the worktree where it is, for git alone to know")
    boolean keepWorktree;

    TasksDeleteCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The worktree lies where the daemon is. */
    @Override
    protected LocalStack.Parts parts() {
        return keepWorktree ? LocalStack.Parts.SERVER : LocalStack.Parts.SERVER_AND_DAEMON;
    }

    @Override
    protected int ask(ApiClient api) {
        String id = TaskReference.resolve(api, task);
        String path = "/mesh/tasks/" + id;
        try (Progress _ = Progress.show(surroundings, () -> "waiting for the daemon that has the task")) {
            api.delete(keepWorktree ? path : path + "?worktree=remove");
        }
        return answered(Json.object().put("id", id).put("deleted", true), _ -> say("Deleted."));
    }
}
