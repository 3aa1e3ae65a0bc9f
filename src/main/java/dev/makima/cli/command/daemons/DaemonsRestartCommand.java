package dev.makima.cli.command.daemons;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.DaemonReference;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** makima daemons restart. */
@Command(
        name = "restart",
        sortOptions = false,
        description = {
            "Has a daemon end, with exit code 42, so that what keeps it running starts it again.",
            "Its agents go on while their leases last, then stand still; the next daemon takes them over."
        },
        footer = {"", "Example:", "  makima daemons restart build-machine"})
final class DaemonsRestartCommand extends ApiCommand {
    @Parameters(paramLabel = "DAEMON", description = "its id, the first digits of it, or the name of its machine")
    String daemon = "";

    DaemonsRestartCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected boolean needsRunningInstance() {
        return true; // no daemon is connected to a server that is started for the moment
    }

    @Override
    protected int ask(ApiClient api) {
        JsonNode found = DaemonReference.resolve(api, daemon);
        String id = found.path("id").asText();
        api.post("/mesh/daemons/" + id + "/restart", Json.object());
        if (json) {
            print(api.get("/mesh/daemons/" + id));
        } else {
            say("The daemon on " + found.path("hostname").asText()
                    + " was told to restart. See whether it is back: makima daemons list");
        }
        return ExitCode.OK;
    }
}
