package dev.makima.cli.command.daemons;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.DaemonReference;
import dev.makima.cli.command.base.IdBeginning;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** makima daemons show. */
@Command(
        name = "show",
        sortOptions = false,
        description = "Shows one daemon: its machine, its agents, its directories, what it works on.",
        footer = {"", "Examples:", "  makima daemons show 1a2b3c4d", "  makima daemons show build-machine --json"})
final class DaemonsShowCommand extends ApiCommand {
    @Parameters(paramLabel = "DAEMON", description = "its id, the first digits of it, or the name of its machine")
    String daemon = "";

    DaemonsShowCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected int ask(ApiClient api) {
        JsonNode found = DaemonReference.resolve(api, daemon);
        if (!json) {
            show(found);
            work(api, found);
            return 0;
        }
        return answered(found, _ -> {});
    }

    private void show(JsonNode found) {
        Table table = new Table("DAEMON", found.path("id").asText());
        table.row("Machine", found.path("hostname").asText());
        table.row("Status", DaemonReference.status(found));
        row(table, "Refuses", found, "refusalMessage");
        table.row(
                "Tasks",
                found.path("activeTasks").asInt() + " of at most "
                        + found.path("maxConcurrentTasks").asInt());
        List<String> agents = new ArrayList<>();
        found.path("agents")
                .forEach(agent -> agents.add((agent.path("kind").asText() + " "
                                + agent.path("version").asText(""))
                        .strip()));
        table.row("Agents", String.join(", ", agents));
        row(table, "Works in", found, "workingDirectory");
        row(table, "Worktrees", found, "worktreesDirectory");
        List<String> can = new ArrayList<>();
        found.path("capabilities").forEach(capability -> can.add(capability.asText()));
        table.row("Can", String.join(", ", can));
        table.row("Connected", Amounts.ago(found.path("connectedAt").asText(null), Instant.now()));
        table.row("Seen", Amounts.ago(found.path("lastSeenAt").asText(null), Instant.now()));
        print(table);
    }

    private static void row(Table table, String name, JsonNode found, String field) {
        if (found.hasNonNull(field)) {
            table.row(name, found.path(field).asText());
        }
    }

    private void work(ApiClient api, JsonNode found) {
        Table table = new Table("TASK", "STATUS", "NAME");
        int rows = 0;
        for (JsonNode task : api.get("/mesh/tasks?limit=100&daemon="
                        + ApiClient.encode(found.path("id").asText()))
                .path("tasks")) {
            String status = task.path("status").asText();
            if (status.equals("done") || status.equals("failed") || status.equals("interrupted")) {
                continue;
            }
            rows++;
            table.row(
                    IdBeginning.brief(task.path("id")),
                    status,
                    task.path("name").asText());
        }
        if (rows > 0) {
            surroundings.out().println();
            print(table);
        }
    }
}
