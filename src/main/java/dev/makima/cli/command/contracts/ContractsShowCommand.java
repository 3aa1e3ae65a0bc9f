package dev.makima.cli.command.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Pages;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
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
    protected int ask(ApiClient api) {
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
        table.row("Supervisor", supervisor(api, whole.path("supervisor")));
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
        JsonNode questions = whole.path("openQuestions");
        questions.forEach(question -> question(question, questions.size() > 1));
        return ExitCode.OK;
    }

    private static String supervisor(ApiClient api, JsonNode supervisor) {
        String activity = supervisor.path("activity").asText("");
        if (supervisor.path("state").asText().equals("initializing")) {
            TaskView task = TaskView.of(
                    api.get("/mesh/tasks/" + supervisor.path("taskId").asText()));
            if (task.draft()) {
                return "not started; start it with: makima tasks start " + task.shortId();
            }
        }
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

    /** @param oneOfSeveral whether an answer without its id would be one to the oldest */
    private void question(JsonNode asked, boolean oneOfSeveral) {
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
        table.row(
                "Answer by",
                "makima contracts answer " + contract + " ANSWER"
                        + (oneOfSeveral ? " --question " + asked.path("id").asText() : ""));
        surroundings.out().println();
        print(table);
    }
}
