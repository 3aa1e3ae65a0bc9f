package dev.makima.cli.command.tasks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.TaskView;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.ContractReference;
import dev.makima.cli.command.base.DaemonReference;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** makima tasks list. */
@Command(
        name = "list",
        sortOptions = false,
        description = "Lists tasks, the newest first.",
        footer = {"", "Examples:", "  makima tasks list", "  makima tasks list --status failed --text parser --json"})
final class TasksListCommand extends ApiCommand {
    @Option(
            names = "--status",
            paramLabel = "STATUS",
            completionCandidates = TaskCandidates.States.class,
            description = "only those: pending, running, done, failed, …")
    @Nullable
    String status;

    @Option(names = "--text", paramLabel = "TEXT", description = "only those with this text in their name or plan")
    @Nullable
    String text;

    @Option(names = "--contract", paramLabel = "CONTRACT", description = "only those of this contract")
    @Nullable
    String contract;

    @Option(names = "--parent", paramLabel = "TASK", description = "only the subtasks of this one")
    @Nullable
    String parent;

    @Option(
            names = "--daemon",
            paramLabel = "DAEMON",
            description = "only those that this one has: its id, the first digits of it, or the name of its machine")
    @Nullable
    String daemon;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "30",
            description = "at most so many; default: ${DEFAULT-VALUE}")
    int limit = 30;

    TasksListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The last part of a path or URL: the whole one is in "tasks show". */
    static String shortName(@Nullable String repository) {
        if (repository == null) {
            return "";
        }
        if (repository.equals("new") || repository.equals("new://")) {
            return "new";
        }
        String text = repository.replaceFirst("(/\\.git|\\.git)?/*$", "");
        return text.substring(Math.max(text.lastIndexOf('/'), text.lastIndexOf(':')) + 1);
    }

    private static void add(StringBuilder path, String name, @Nullable String value) {
        if (value != null) {
            path.append('&').append(name).append('=').append(ApiClient.encode(value));
        }
    }

    @Override
    protected int ask(ApiClient api) {
        StringBuilder path = new StringBuilder("/mesh/tasks?limit=").append(limit);
        add(path, "status", status);
        add(path, "text", text);
        add(path, "contract", contract == null ? null : ContractReference.resolve(api, contract));
        add(path, "parent", parent == null ? null : TaskReference.resolve(api, parent));
        add(
                path,
                "daemon",
                daemon == null
                        ? null
                        : DaemonReference.resolve(api, daemon).path("id").asText());
        JsonNode answer = api.get(path.toString());
        if (json) {
            print(answer);
            return ExitCode.OK;
        }
        if (answer.path("tasks").isEmpty()) {
            surroundings
                    .out()
                    .println("No tasks"
                            + (status == null && text == null && contract == null && parent == null && daemon == null
                                    ? " yet. Start one with: makima run PLAN"
                                    : " like that."));
            return ExitCode.OK;
        }
        Table table = new Table("TASK", "STATUS", "NAME", "REPOSITORY", "BRANCH", "COST", "CREATED");
        for (JsonNode tree : answer.path("tasks")) {
            TaskView task = TaskView.of(tree);
            table.row(
                    task.shortId(),
                    task.doneButNotDelivered() ? "done (!)" : task.draft() ? "not started" : task.status(),
                    task.name(),
                    shortName(task.repositoryUrl()),
                    task.branch() == null ? "" : task.branch(),
                    task.costUsd() == null ? "" : Amounts.cost(task.costUsd()),
                    Amounts.ago(task.createdAt(), Instant.now()));
        }
        print(table);
        if (answer.hasNonNull("nextCursor")) {
            surroundings.out().println("There are more: --limit " + limit * 10);
        }
        return ExitCode.OK;
    }
}
