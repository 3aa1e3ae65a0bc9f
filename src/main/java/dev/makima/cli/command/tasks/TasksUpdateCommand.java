package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** makima tasks update. */
@Command(
        name = "update",
        sortOptions = false,
        description = "Changes a task: its name and priority at any time, what it is to do while no daemon has it.",
        footer = {
            "",
            "Examples:",
            "  makima tasks update 1a2b3c4d --priority 10",
            "  makima tasks update 1a2b3c4d --name \"Date parser\" --plan \"Write the parser in src/dates\""
        })
final class TasksUpdateCommand extends ApiCommand {
    @Parameters(paramLabel = "TASK", description = "its id, or the first digits of it")
    String task = "";

    @Option(
            names = {"-n", "--name"},
            paramLabel = "NAME",
            description = "its new name")
    @Nullable
    String name;

    @Option(names = "--plan", paramLabel = "TEXT", description = "what its agent is to do")
    @Nullable
    String plan;

    @Option(names = "--priority", paramLabel = "N", description = "the higher, the earlier a daemon gets it")
    @Nullable
    Integer priority;

    @Option(
            names = "--max-retries",
            paramLabel = "N",
            description = "how often it is given to another daemon by itself")
    @Nullable
    Integer maxRetries;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "the agent's model")
    @Nullable
    String model;

    @Option(
            names = {"-a", "--action"},
            paramLabel = "ACTION",
            description = "how the work ends: none, branch, merge or pr")
    @Nullable
    CompletionAction action;

    TasksUpdateCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected int ask(ApiClient api) {
        ObjectNode change = Json.object();
        put(change, "name", name);
        put(change, "plan", plan);
        put(change, "model", model);
        put(change, "completionAction", action == null ? null : action.name());
        if (priority != null) {
            change.put("priority", priority);
        }
        if (maxRetries != null) {
            change.put("maxRetries", maxRetries);
        }
        if (change.isEmpty()) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, "nothing to change is given", "See: makima tasks update --help");
        }
        return answered(
                api.put("/mesh/tasks/" + TaskReference.resolve(api, task), change),
                answer -> say("Changed: " + TaskView.of(answer).name()));
    }

    private static void put(ObjectNode change, String field, @Nullable String value) {
        if (value != null) {
            change.put(field, value);
        }
    }
}
