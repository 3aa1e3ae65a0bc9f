package dev.makima.cli.command.contracts;

import dev.makima.cli.api.ApiClient;
import dev.makima.cli.command.base.EventsOptions;
import dev.makima.cli.core.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** makima contracts events. */
@Command(
        name = "events",
        sortOptions = false,
        description = {
            "Shows what happens in a contract as it happens, until Ctrl-C.",
            "With --json one JSON object a line."
        },
        footer = {"", "Example:", "  makima contracts events 1a2b3c4d"})
final class ContractsEventsCommand extends OneContractCommand {
    @Mixin
    EventsOptions options = new EventsOptions();

    ContractsEventsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected boolean needsRunningInstance() {
        return true; // nothing happens at a server that is started for the moment
    }

    @Override
    protected int ask(ApiClient api) {
        return options.follow(api, path(api) + "/events", surroundings, json);
    }
}
