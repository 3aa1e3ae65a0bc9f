package dev.makima.cli.command.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** makima contracts list. */
@Command(
        name = "list",
        sortOptions = false,
        description = "Lists contracts, the newest first.",
        footer = {"", "Example:", "  makima contracts list --status active"})
final class ContractsListCommand extends ApiCommand {
    @Option(
            names = "--status",
            paramLabel = "STATUS",
            completionCandidates = ContractCandidates.States.class,
            description = "only those: active or completed")
    @Nullable
    String status;

    ContractsListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected int ask(ApiClient api) {
        JsonNode answer =
                api.get("/contracts?limit=100" + (status == null ? "" : "&status=" + ApiClient.encode(status)));
        if (json) {
            print(answer);
            return ExitCode.OK;
        }
        if (answer.path("contracts").isEmpty()) {
            surroundings.out().println("No contracts. Make one with: makima contracts create NAME DESCRIPTION");
            return ExitCode.OK;
        }
        Table table = new Table("CONTRACT", "STATUS", "PHASE", "NAME", "TASKS DONE", "COST", "CREATED");
        for (JsonNode one : answer.path("contracts")) {
            table.row(
                    one.path("id").asText().substring(0, 8),
                    one.path("status").asText(),
                    one.path("phase").asText(),
                    one.path("name").asText(),
                    OneContractCommand.done(one),
                    one.hasNonNull("costUsd") ? Amounts.cost(one.path("costUsd").asDouble()) : "",
                    Amounts.ago(one.path("createdAt").asText(), Instant.now()));
        }
        print(table);
        return ExitCode.OK;
    }
}
