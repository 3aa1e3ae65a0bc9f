package dev.makima.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.ExitCode;
import dev.makima.cli.Surroundings;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** makima keys create. */
@Command(
        name = "create",
        sortOptions = false,
        description = "Makes an API key and prints it, this once: the server keeps only its hash.",
        footer = {"", "Example:", "  MAKIMA_API_KEY=$(makima keys create laptop)"})
final class KeysCreateCommand extends ApiCommand {
    @Parameters(paramLabel = "NAME", description = "what it is for: a machine, a program, a person")
    String name = "";

    KeysCreateCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int ask(ApiClient api) {
        JsonNode answer = api.post("/keys", Json.object().put("name", name));
        if (json) {
            print(answer);
        } else {
            surroundings.out().println(answer.path("key").asText());
            surroundings
                    .err()
                    .println("Keep it: it is not shown again. Revoke it with: makima keys revoke "
                            + answer.path("id").asText());
        }
        return ExitCode.OK;
    }
}
