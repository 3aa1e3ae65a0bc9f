package dev.makima.cli.command.history;

import dev.makima.cli.api.ApiClient;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.ContractReference;
import dev.makima.cli.command.base.EventsOptions;
import dev.makima.cli.core.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** makima events. */
@Command(
        name = "events",
        sortOptions = false,
        description = {
            "Shows what happens to your tasks, contracts and daemons as it happens, until Ctrl-C.",
            "With --json one JSON object a line."
        },
        footer = {
            "",
            "Examples:",
            "  makima events",
            "  makima events --contract 1a2b3c4d",
            "  makima events --json --count 1          # wait for the next one"
        })
final class EventsCommand extends ApiCommand {
    @Option(names = "--contract", paramLabel = "CONTRACT", description = "only of this contract and its tasks")
    @Nullable
    String contract;

    @Mixin
    EventsOptions options = new EventsOptions();

    EventsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected boolean needsRunningInstance() {
        return true; // nothing happens at a server that is started for the moment
    }

    @Override
    protected int ask(ApiClient api) {
        String path =
                contract == null ? "/events" : "/contracts/" + ContractReference.resolve(api, contract) + "/events";
        return options.follow(api, path, surroundings, json);
    }
}
