package dev.makima.cli.command.keys;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Amounts;
import dev.makima.cli.view.Table;
import java.time.Instant;
import picocli.CommandLine.Command;

/** makima keys list. */
@Command(
        name = "list",
        sortOptions = false,
        description = "Lists your API keys; the keys themselves are shown only when they are made.",
        footer = {"", "Example:", "  makima keys list"})
final class KeysListCommand extends ApiCommand {
    KeysListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected int ask(ApiClient api) {
        JsonNode answer = api.get("/keys");
        if (json) {
            print(answer);
            return ExitCode.OK;
        }
        Table table = new Table("ID", "NAME", "USER", "KEY", "CREATED", "LAST USED", "");
        for (JsonNode key : answer.path("keys")) {
            table.row(
                    key.path("id").asText(),
                    key.path("name").asText(),
                    key.path("user").asText(),
                    key.path("prefix").asText() + "…",
                    Amounts.ago(key.path("createdAt").asText(null), Instant.now()),
                    key.hasNonNull("lastUsedAt")
                            ? Amounts.ago(key.path("lastUsedAt").asText(), Instant.now())
                            : "never",
                    key.hasNonNull("revokedAt") ? "revoked" : "");
        }
        print(table);
        return ExitCode.OK;
    }
}
