package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.Surroundings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** makima tasks continue. */
@Command(
        name = "continue",
        sortOptions = false,
        description = {
            "Makes a task that begins with what another one made, committed or not, in the same repository.",
            "Prints its id. Where nothing else is said it has the other one's branches, action, agent and model."
        },
        footer = {
            "",
            "Examples:",
            "  makima tasks continue 1a2b3c4d \"Now handle leap seconds too\"",
            "  makima tasks continue 1a2b3c4d --file plan.md --name leap --no-start"
        })
final class TasksContinueCommand extends ApiCommand {
    @Parameters(index = "0", paramLabel = "TASK", description = "its id, or the first digits of it")
    String task = "";

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PLAN",
            description = "what is to be done; words are joined")
    List<String> plan = List.of();

    @Mixin
    PlanOptions options = new PlanOptions();

    @Option(
            names = {"-a", "--action"},
            paramLabel = "ACTION",
            description = "how the work ends: none, branch, merge or pr; default: as the other one's")
    @Nullable
    CompletionAction action;

    @Option(names = "--no-start", description = "do not start it yet")
    boolean noStart;

    TasksContinueCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected boolean needsRunningInstance() {
        return !noStart; // it would end with this command
    }

    @Override
    protected int ask(ApiClient api) {
        String text = options.plan(surroundings, plan);
        ObjectNode request =
                Json.object().put("plan", text).put("name", options.name(text)).put("start", !noStart);
        if (action != null) {
            request.put("completionAction", action.name());
        }
        String id = TaskReference.resolve(api, task);
        return answered(
                api.post("/mesh/tasks/" + id + "/continue", request),
                answer -> say(TaskView.of(answer).id()));
    }
}
