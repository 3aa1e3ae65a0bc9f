package dev.makima.cli.command.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.ContractReference;
import dev.makima.cli.command.base.HistoryOptions;
import dev.makima.cli.command.base.TaskReference;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** makima history. */
@Command(
        name = "history",
        sortOptions = false,
        description = "Shows what has happened to tasks and contracts, the newest first.",
        footer = {
            "",
            "Examples:",
            "  makima history",
            "  makima history --task 1a2b3c4d",
            "  makima history --contract 5e6f7a8b --json"
        })
final class HistoryCommand extends ApiCommand {
    @Option(names = "--task", paramLabel = "TASK", description = "only of this task: its id, or the first digits of it")
    @Nullable
    String task;

    @Option(names = "--contract", paramLabel = "CONTRACT", description = "only of this contract and its tasks")
    @Nullable
    String contract;

    @Mixin
    HistoryOptions options = new HistoryOptions();

    HistoryCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected int ask(ApiClient api) {
        StringBuilder filter = new StringBuilder();
        if (task != null) {
            filter.append("&task=").append(TaskReference.resolve(api, task));
        }
        if (contract != null) {
            filter.append("&contract=").append(ContractReference.resolve(api, contract));
        }
        JsonNode answer = options.asked(api, "/history", filter.toString());
        if (json) {
            print(answer);
        } else {
            options.show(answer, surroundings, this::print);
        }
        return ExitCode.OK;
    }
}
