package dev.makima.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.ExitCode;
import dev.makima.cli.Surroundings;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Pages;
import dev.makima.cli.view.Table;
import picocli.CommandLine.Command;

/** makima contracts show. */
@Command(
        name = "show",
        sortOptions = false,
        description = "Shows one contract: its phase, its tasks, what it asks.",
        footer = {"", "Example:", "  makima contracts show 1a2b3c4d"})
final class ContractsShowCommand extends OneContractCommand {
    ContractsShowCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int ask(ApiClient api) {
        String path = path(api);
        JsonNode whole = api.get(path);
        if (json) {
            print(whole);
            return ExitCode.OK;
        }
        Table table = new Table("CONTRACT", whole.path("id").asText());
        table.row("Name", whole.path("name").asText());
        table.row(
                "Status",
                whole.path("status").asText() + ", phase " + whole.path("phase").asText());
        table.row("Supervisor", supervisor(whole.path("supervisor")));
        table.row("Tasks done", done(whole));
        for (JsonNode item : whole.path("deliverables")) {
            table.row(
                    item.path("done").asBoolean() ? "Done" : "Open",
                    item.path("name").asText());
        }
        if (whole.hasNonNull("branch")) {
            table.row("Branch", whole.path("branch").asText());
        }
        if (whole.hasNonNull("prUrl")) {
            table.row("Pull request", whole.path("prUrl").asText());
        }
        print(table);
        tasks(Pages.all(api, path + "/tree", "tasks").path("tasks"));
        whole.path("openQuestions").forEach(this::question);
        return ExitCode.OK;
    }

    private static String supervisor(JsonNode supervisor) {
        String activity = supervisor.path("activity").asText("");
        return supervisor.path("state").asText().replace('_', ' ')
                + " (task " + supervisor.path("taskId").asText().substring(0, 8) + ")"
                + (activity.isEmpty() ? "" : ": " + activity);
    }

    private void tasks(JsonNode tasks) {
        Table table = new Table("TASK", "STATUS", "NAME");
        int rows = 0;
        for (JsonNode task : tasks) {
            if (!task.path("isSupervisor").asBoolean()) {
                rows++;
                table.row(
                        task.path("id").asText().substring(0, 8),
                        task.path("status").asText(),
                        task.path("name").asText());
            }
        }
        if (rows > 0) {
            surroundings.out().println();
            print(table);
        }
    }

    private void question(JsonNode asked) {
        StringBuilder choices = new StringBuilder();
        asked.path("choices")
                .forEach(choice -> choices.append(choices.isEmpty() ? "" : ", ").append(choice.asText()));
        Table table = new Table("QUESTION", asked.path("question").asText());
        if (asked.hasNonNull("context")) {
            table.row("Context", asked.path("context").asText());
        }
        if (!choices.isEmpty()) {
            table.row("Choices", choices.toString());
        }
        table.row("Answer by", "makima contracts answer " + contract + " ANSWER");
        surroundings.out().println();
        print(table);
    }
}
