package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Screen;
import dev.makima.cli.view.Standstill;
import dev.makima.cli.view.Summary;
import dev.makima.cli.view.TaskCard;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** makima tasks show. */
@Command(
        name = "show",
        sortOptions = false,
        description = "Shows one task: its state, its work, what it cost.",
        footer = {"", "Example:", "  makima tasks show 1a2b3c4d"})
final class TasksShowCommand extends ApiCommand {
    @Parameters(paramLabel = "TASK", description = "its id, or the first digits of it")
    String task = "";

    TasksShowCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected int ask(ApiClient api) {
        JsonNode answer = api.get("/mesh/tasks/" + TaskReference.resolve(api, task));
        if (json) {
            print(answer);
            return ExitCode.OK;
        }
        TaskView shown = TaskView.of(answer);
        try (Screen screen = new Screen(surroundings)) {
            screen.print(new TaskCard(screen.style()).lines(shown));
            if (!shown.ended()) {
                JsonNode daemons = api.get("/mesh/daemons").path("daemons");
                Standstill.of(shown, daemons, Instant.now())
                        .ifPresent(why -> screen.print(screen.style().yellow("\n! " + why)));
            }
            if (shown.ended()) {
                screen.print(new Summary(screen.style()).lines(shown, 0));
            }
        }
        return ExitCode.OK;
    }
}
