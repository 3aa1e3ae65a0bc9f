package dev.makima.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.ExitCode;
import dev.makima.cli.Surroundings;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.view.Progress;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** makima daemons login. */
@Command(
        name = "login",
        sortOptions = false,
        description = {
            "Logs a daemon's agent in anew: prints the address to open, then takes the code that is shown there.",
            "Exit code 1 where the login fails."
        },
        footer = {
            "",
            "Examples:",
            "  makima daemons login build-machine",
            "  makima daemons login build-machine --code 4/0Ab3f"
        })
final class DaemonsLoginCommand extends ApiCommand {
    @Parameters(paramLabel = "DAEMON", description = "its id, the first digits of it, or the name of its machine")
    String daemon = "";

    @Option(names = "--code", paramLabel = "CODE", description = "the code of the login that was begun")
    @Nullable
    String code;

    DaemonsLoginCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    boolean needsRunningInstance() {
        return true;
    }

    @Override
    int ask(ApiClient api) {
        String path = "/mesh/daemons/"
                + DaemonReference.resolve(api, daemon).path("id").asText();
        JsonNode login;
        try (Progress _ = Progress.show(surroundings, () -> "waiting for the daemon")) {
            login = code == null
                    ? api.post(path + "/reauth", Json.object())
                    : api.post(path + "/auth-code", Json.object().put("code", code));
        }
        String status = login.path("status").asText();
        if (json) {
            print(login);
        } else if (status.equals("failed")) {
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED,
                    "the login failed: " + login.path("error").asText("no reason is given"),
                    (code == null ? "Begin again: " : "Give the code as it is shown, all of it, or begin again: ")
                            + "makima daemons login " + daemon);
        } else if (login.hasNonNull("loginUrl") && code == null) {
            say("Open this address, log in, and copy the code:");
            say("  " + login.path("loginUrl").asText());
            say("Then: makima daemons login " + daemon + " --code CODE");
        } else if (status.equals("completed")) {
            say("Logged in.");
        }
        return status.equals("failed") ? ExitCode.FAILURE : ExitCode.OK;
    }
}
