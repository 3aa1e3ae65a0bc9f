package dev.makima.cli.command.daemons;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.DaemonReference;
import dev.makima.cli.core.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** makima daemons git-config. */
@Command(
        name = "git-config",
        sortOptions = false,
        description = "Has a daemon commit by the name and address that git has in a directory of its machine.",
        footer = {
            "",
            "Examples:",
            "  makima daemons git-config build-machine",
            "  makima daemons git-config 1a2b3c4d --from /home/me/src/shop"
        })
final class DaemonsGitConfigCommand extends ApiCommand {
    @Parameters(paramLabel = "DAEMON", description = "its id, the first digits of it, or the name of its machine")
    String daemon = "";

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "that directory; default: git's settings of its account")
    @Nullable
    String from;

    DaemonsGitConfigCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected boolean needsRunningInstance() {
        return true;
    }

    @Override
    protected int ask(ApiClient api) {
        String id = DaemonReference.resolve(api, daemon).path("id").asText();
        ObjectNode request = Json.object();
        if (from != null) {
            request.put("sourceDir", from);
        }
        return answered(api.post("/mesh/daemons/" + id + "/git-config", request), this::show);
    }

    private void show(JsonNode answer) {
        say("It commits as " + answer.path("userName").asText("(no name)") + " <"
                + answer.path("userEmail").asText("no address") + "> from now on.");
    }
}
