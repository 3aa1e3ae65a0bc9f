package dev.makima.cli.command.keys;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.api.Pages;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.IdBeginning;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** makima keys revoke. */
@Command(
        name = "revoke",
        sortOptions = false,
        description = "Makes an API key worthless at once.",
        footer = {"", "Example:", "  makima keys revoke 6f1d1c0e      # from: makima keys list"})
final class KeysRevokeCommand extends ApiCommand {
    private static final String KIND = "key";

    @Parameters(paramLabel = "KEY-ID", description = "the key's id, or the first digits of it; not the key")
    String id = "";

    KeysRevokeCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected int ask(ApiClient api) {
        String whole = resolve(api);
        api.delete("/keys/" + whole);
        if (json) {
            print(Json.object().put("id", whole).put("revoked", true));
        } else {
            surroundings.out().println("Revoked.");
        }
        return ExitCode.OK;
    }

    private String resolve(ApiClient api) {
        String text = IdBeginning.checked(KIND, id);
        if (IdBeginning.isWhole(text)) {
            return text;
        }
        List<IdBeginning.Candidate> found = new ArrayList<>();
        for (JsonNode one : Pages.all(api, "/keys", "keys").path("keys")) {
            if (one.path("id").asText().startsWith(text)) {
                found.add(new IdBeginning.Candidate(
                        one.path("id").asText(),
                        one.path("name").asText() + " of " + one.path("user").asText()));
            }
        }
        return IdBeginning.only(KIND, text, found);
    }
}
