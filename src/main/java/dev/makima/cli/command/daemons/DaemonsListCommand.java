package dev.makima.cli.command.daemons;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.DaemonReference;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** makima daemons list. */
@Command(
        name = "list",
        sortOptions = false,
        description = "Lists the daemons that the server knows, and how busy they are.",
        footer = {"", "Example:", "  makima daemons list --json"})
final class DaemonsListCommand extends ApiCommand {
    DaemonsListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected int ask(ApiClient api) {
        JsonNode answer = api.get("/mesh/daemons");
        if (json) {
            print(answer);
            return ExitCode.OK;
        }
        if (answer.path("daemons").isEmpty()) {
            surroundings.out().println("No daemon has ever connected. Start one with: makima daemon (or makima up)");
            return ExitCode.OK;
        }
        Table table = new Table("DAEMON", "HOST", "STATUS", "TASKS", "AGENTS", "SEEN");
        for (JsonNode daemon : answer.path("daemons")) {
            List<String> agents = new ArrayList<>();
            for (JsonNode agent : daemon.path("agents")) {
                agents.add((agent.path("kind").asText() + " "
                                + agent.path("version").asText(""))
                        .strip());
            }
            String id = daemon.path("id").asText();
            table.row(
                    id.substring(0, Math.min(8, id.length())),
                    daemon.path("hostname").asText(),
                    DaemonReference.status(daemon),
                    daemon.path("activeTasks").asInt() + "/"
                            + daemon.path("maxConcurrentTasks").asInt(),
                    String.join(", ", agents),
                    Amounts.ago(daemon.path("lastSeenAt").asText(null), Instant.now()));
        }
        print(table);
        return ExitCode.OK;
    }
}
