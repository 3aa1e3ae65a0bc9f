package dev.makima.cli.command.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.TaskRepository;
import dev.makima.cli.view.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** makima contracts repositories. */
@Command(
        name = "repositories",
        sortOptions = false,
        description = "Lists a contract's repositories; adds or removes one.",
        footer = {
            "",
            "Examples:",
            "  makima contracts repositories 1a2b3c4d",
            "  makima contracts repositories 1a2b3c4d --add https://github.com/me/shop --base develop --primary",
            "  makima contracts repositories 1a2b3c4d --remove 550e8400-e29b-41d4-a716-446655440000"
        })
final class ContractsRepositoriesCommand extends OneContractCommand {
    @Option(names = "--add", paramLabel = "DIR|URL", description = "add this one")
    @Nullable
    String add;

    @Option(names = "--base", paramLabel = "BRANCH", description = "where work in it begins")
    @Nullable
    String base;

    @Option(names = "--primary", description = "its tasks work in this one from now on")
    boolean primary;

    @Option(names = "--remove", paramLabel = "ID", description = "take this one out of the contract")
    @Nullable
    String remove;

    ContractsRepositoriesCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected int ask(ApiClient api) {
        if (add == null && (base != null || primary)) {
            throw new MakimaException(
                    ErrorCode.VALIDATION, "--base and --primary say more about --add", "Give --add DIR|URL too");
        }
        String path = path(api) + "/repositories";
        if (remove != null) {
            api.delete(path + "/" + ApiClient.encode(remove));
        }
        if (add != null) {
            api.post(path, added(api, add));
        }
        JsonNode answer = api.get(path);
        if (json) {
            print(answer);
            return ExitCode.OK;
        }
        Table table = new Table("ID", "PRIMARY", "BASE", "REPOSITORY");
        for (JsonNode one : answer.path("repositories")) {
            table.row(
                    one.path("id").asText(),
                    one.path("primary").asBoolean() ? "yes" : "no",
                    one.path("baseBranch").asText("-"),
                    one.path("url").asText(one.path("localPath").asText("")));
        }
        print(table);
        return ExitCode.OK;
    }

    private ObjectNode added(ApiClient api, String which) {
        TaskRepository repository =
                TaskRepository.find(surroundings, which, base, api.url().isLoopback());
        ObjectNode request = Json.object()
                .put(ContractsCreateCommand.isPath(repository.url()) ? "localPath" : "url", repository.url())
                .put("primary", primary);
        return repository.base() == null ? request : request.put("baseBranch", repository.base());
    }
}
