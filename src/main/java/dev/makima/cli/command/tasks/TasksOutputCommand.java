package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.TaskFollower;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** makima tasks output. */
@Command(
        name = "output",
        sortOptions = false,
        description = "Prints what a task's agent said and did.",
        footer = {
            "",
            "Examples:",
            "  makima tasks output 1a2b3c4d",
            "  makima tasks output -f 1a2b3c4d          # go on until the task ends",
            "  makima tasks output --json --after 120 1a2b3c4d"
        })
final class TasksOutputCommand extends ApiCommand {
    private static final int PAGE = 1000;

    @Parameters(paramLabel = "TASK", description = "its id, or the first digits of it")
    String task = "";

    @Option(
            names = {"-f", "--follow"},
            description = "go on until the task ends; the exit code follows it")
    boolean follow;

    @Option(names = "--after", paramLabel = "SEQ", defaultValue = "0", description = "only entries after this one")
    long after;

    TasksOutputCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected int ask(ApiClient api) {
        String id = TaskReference.resolve(api, task);
        try (Output output = json ? new JsonOutput(surroundings) : new PeopleOutput(surroundings)) {
            if (follow) {
                JsonNode end = new TaskFollower(api, after).follow(id, output);
                output.ended(end);
                return TaskRun.exitCode(TaskView.of(end), false);
            }
            pages(api, id, output);
        }
        return ExitCode.OK;
    }

    private void pages(ApiClient api, String id, Output output) {
        long next = after;
        boolean more = true;
        while (more) {
            JsonNode page = api.get("/mesh/tasks/" + id + "/output?limit=" + PAGE + "&after=" + next);
            page.path("entries").forEach(output::entry);
            long cursor = page.path("next").asLong(next);
            more = page.path("more").asBoolean() && cursor > next;
            next = cursor;
        }
    }
}
