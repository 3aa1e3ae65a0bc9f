package dev.makima.cli.command.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** makima keys create. */
@Command(
        name = "create",
        sortOptions = false,
        description = "Makes an API key and prints it, this once: the server keeps only its hash.",
        footer = {
            "",
            "Examples:",
            "  MAKIMA_API_KEY=$(makima keys create laptop)",
            "  makima keys create laptop --user anna",
            "  makima keys create first --owner another-team     # takes the server's admin key"
        })
final class KeysCreateCommand extends ApiCommand {
    @Parameters(paramLabel = "NAME", description = "what it is for: a machine, a program, a person")
    String name = "";

    @Option(names = "--user", paramLabel = "NAME", description = "whose it is; default: yours")
    @Nullable
    String user;

    @Option(
            names = "--owner",
            paramLabel = "NAME",
            description = "for another owner, who sees nothing of your tasks, nor you of theirs")
    @Nullable
    String owner;

    KeysCreateCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected int ask(ApiClient api) {
        ObjectNode asked = Json.object().put("name", name);
        if (user != null) {
            asked.put("user", user);
        }
        if (owner != null) {
            asked.put("owner", owner);
        }
        JsonNode answer = api.post("/keys", asked);
        if (json) {
            print(answer);
        } else {
            surroundings.out().println(answer.path("key").asText());
            surroundings
                    .err()
                    .println("Keep it: it is not shown again. Revoke it with"
                            + (owner == null ? "" : " a key of that owner")
                            + ": makima keys revoke "
                            + answer.path("id").asText());
        }
        return ExitCode.OK;
    }
}
