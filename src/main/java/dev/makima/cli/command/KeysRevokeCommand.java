package dev.makima.cli.command;

import dev.makima.cli.ExitCode;
import dev.makima.cli.Surroundings;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** makima keys revoke. */
@Command(
        name = "revoke",
        sortOptions = false,
        description = "Makes an API key worthless at once.",
        footer = {"", "Example:", "  makima keys revoke 6f1d1c0e-…      # the id, from: makima keys list"})
final class KeysRevokeCommand extends ApiCommand {
    @Parameters(paramLabel = "ID", description = "the key's id, not the key")
    String id = "";

    KeysRevokeCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    int ask(ApiClient api) {
        api.delete("/keys/" + ApiClient.encode(id));
        if (json) {
            print(Json.object().put("id", id).put("revoked", true));
        } else {
            surroundings.out().println("Revoked.");
        }
        return ExitCode.OK;
    }
}
