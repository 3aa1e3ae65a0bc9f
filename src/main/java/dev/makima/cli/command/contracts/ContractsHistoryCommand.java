package dev.makima.cli.command.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.command.base.HistoryOptions;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** makima contracts history. */
@Command(
        name = "history",
        sortOptions = false,
        description = "Shows what has happened in a contract: its phases, its tasks, what was asked; the newest first.",
        footer = {
            "",
            "Examples:",
            "  makima contracts history 1a2b3c4d",
            "  makima contracts history 1a2b3c4d --kind phase_changed --json"
        })
final class ContractsHistoryCommand extends OneContractCommand {
    @Mixin
    HistoryOptions options = new HistoryOptions();

    ContractsHistoryCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected int ask(ApiClient api) {
        JsonNode answer = options.asked(api, path(api) + "/history", "");
        if (json) {
            print(answer);
        } else {
            options.show(answer, surroundings, this::print);
        }
        return ExitCode.OK;
    }
}
