package dev.makima.cli.command.daemons;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.ApiClient;
import dev.makima.cli.api.Json;
import dev.makima.cli.command.base.ApiCommand;
import dev.makima.cli.command.base.DaemonReference;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.view.Progress;
import dev.makima.cli.view.Shell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
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
            "A login that waits for its code already, as one that a task has begun, is gone on with.",
            "Exit code 1 where the login fails."
        },
        footer = {
            "",
            "Examples:",
            "  makima daemons login build-machine",
            "  makima daemons login build-machine --code - < code"
        })
final class DaemonsLoginCommand extends ApiCommand {
    /** How long an agent waits for its code, less what it takes to bring one. */
    private static final Duration OPEN = Duration.ofMinutes(9);

    private static final String CURE = "Begin again";
    private static final String CODE_CURE = "Begin again, and give the code as it is shown, all of it";

    private static final int LONGEST_LINE = 8192;

    @Parameters(paramLabel = "DAEMON", description = "its id, the first digits of it, or the name of its machine")
    String daemon = "";

    @Option(
            names = "--code",
            paramLabel = "CODE",
            description =
                    "the code of the login that was begun; - reads it from standard input, where nobody else sees it")
    @Nullable
    String code;

    DaemonsLoginCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected boolean needsRunningInstance() {
        return true;
    }

    @Override
    protected int ask(ApiClient api) {
        String path = "/mesh/daemons/"
                + DaemonReference.resolve(api, daemon).path("id").asText();
        if (code != null) {
            return told(handIn(api, path, code.equals("-") ? line() : code), CODE_CURE);
        }
        JsonNode login = waiting(api, path).orElseGet(() -> begin(api, path));
        if (json || !login.hasNonNull("loginUrl")) {
            return told(login, CURE);
        }
        say("Open this address, log in, and copy the code:");
        say("  " + login.path("loginUrl").asText());
        String given = "";
        if (surroundings.terminal()) {
            surroundings.out().print("Code: ");
            surroundings.out().flush();
            given = line();
        }
        if (given.isEmpty()) {
            say("Then, with the code on its standard input: makima daemons login " + Shell.quote(daemon) + " --code -");
            return ExitCode.OK;
        }
        return told(handIn(api, path, given), CODE_CURE);
    }

    /** The one that waits for its code, if there is one: another would make its address useless. */
    private static Optional<JsonNode> waiting(ApiClient api, String path) {
        try {
            JsonNode last = api.get(path + "/reauth");
            boolean open = last.path("status").asText().equals("url_ready")
                    && Instant.parse(last.path("at").asText()).plus(OPEN).isAfter(Instant.now());
            return open ? Optional.of(last) : Optional.empty();
        } catch (MakimaException e) {
            if (e.code() != ErrorCode.NOT_FOUND) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private JsonNode begin(ApiClient api, String path) {
        try (Progress _ = Progress.show(surroundings, () -> "waiting for the daemon")) {
            return api.post(path + "/reauth", Json.object());
        }
    }

    private JsonNode handIn(ApiClient api, String path, String given) {
        try (Progress _ = Progress.show(surroundings, () -> "waiting for the daemon")) {
            return api.post(path + "/auth-code", Json.object().put("code", given));
        }
    }

    /** One line of standard input; empty where there is none. */
    private String line() {
        try {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int next = surroundings.in().read();
            while (next >= 0 && next != '\n' && line.size() <= LONGEST_LINE) {
                line.write(next);
                next = surroundings.in().read();
            }
            return line.toString(StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new MakimaException(ErrorCode.IO, "standard input can't be read: " + e.getMessage(), null, e);
        }
    }

    private int told(JsonNode login, String cure) {
        String status = login.path("status").asText();
        if (json) {
            print(login);
        } else if (status.equals("failed")) {
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED,
                    "the login failed: " + login.path("error").asText("no reason is given"),
                    cure + ": makima daemons login " + Shell.quote(daemon));
        } else if (status.equals("completed")) {
            say("Logged in.");
        }
        return status.equals("failed") ? ExitCode.FAILURE : ExitCode.OK;
    }
}
