package dev.makima.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.agent.AgentVersion;
import dev.makima.base.MakimaException;
import dev.makima.cli.api.Json;
import dev.makima.daemon.agent.AgentProbe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The agent: found, its version, and whether it is logged in as far as that can be known without the network. Nothing that
 * costs money is asked: a version that does not know the question would take it for a prompt, so only known ones are asked.
 */
record AgentCheck(Patient patient, Duration limit) implements Check {
    /** How long each question may take: a cold start of the agent takes a second or two. */
    static final Duration LIMIT = Duration.ofSeconds(8);

    @Override
    public String subject() {
        return "agent";
    }

    @Override
    public List<Finding> look() throws InterruptedException {
        Map<String, String> environment = patient.agentEnvironment();
        AgentProbe probe = new AgentProbe(
                patient.daemon().process().claudeCommand(),
                patient.environment().variables(),
                environment);
        Path executable = probe.executable();
        List<Finding> found = new ArrayList<>();
        Optional<Programs.Answer> answer =
                Programs.ask(List.of(executable.toString(), "--version"), environment, limit);
        if (answer.isEmpty() || !answer.get().inTime()) {
            String how = answer.isEmpty()
                    ? "cannot be started"
                    : "does not answer --version within " + limit.toSeconds() + " s";
            return List.of(new Finding.Wrong(
                    "agent",
                    executable + " " + how,
                    "Run it yourself: " + executable + " --version; or set process.claudeCommand to another one"));
        }
        AgentVersion version = AgentVersion.parse(answer.get().text());
        found.add(
                version.isUnknown()
                        ? new Finding.Warning(
                                "agent",
                                executable + " tells no version",
                                "Is it Claude Code? process.claudeCommand names it")
                        : new Finding.Fine("agent", executable + " " + version));
        found.add(login(executable, version, environment));
        return found;
    }

    private Finding login(Path executable, AgentVersion version, Map<String, String> environment)
            throws InterruptedException {
        if (!version.isUnknown() && version.isAtLeast(AgentVersion.KNOWS_AUTH)) {
            Optional<Programs.Answer> answer =
                    Programs.ask(List.of(executable.toString(), "auth", "status"), environment, limit);
            Optional<JsonNode> status = answer.flatMap(AgentCheck::json);
            if (status.isPresent()) {
                return said(executable, status.get());
            }
        }
        return guessed(executable, environment);
    }

    private static Optional<JsonNode> json(Programs.Answer answer) {
        try {
            JsonNode tree = Json.read("the agent's answer", answer.text());
            return tree.has("loggedIn") ? Optional.of(tree) : Optional.empty();
        } catch (MakimaException e) {
            // Something else than that agent's answer.
            return Optional.empty();
        }
    }

    private static Finding said(Path executable, JsonNode status) {
        String method = status.path("authMethod").asText("");
        return status.path("loggedIn").asBoolean()
                ? new Finding.Fine(
                        "login",
                        "logged in" + (method.isEmpty() ? "" : " by " + method) + " (whether it is valid: not asked)")
                : notLoggedIn(executable);
    }

    private static Finding notLoggedIn(Path executable) {
        return new Finding.Wrong(
                "login",
                "the agent is not logged in on this machine",
                "Run: " + executable
                        + " auth login, as the user that the daemon runs as; or set ANTHROPIC_API_KEY for it");
    }

    /** Of the variables and the file that a login leaves. */
    private Finding guessed(Path executable, Map<String, String> environment) {
        boolean byVariable = environment.containsKey("ANTHROPIC_API_KEY")
                || environment.containsKey("CLAUDE_CODE_OAUTH_TOKEN")
                || environment.containsKey("ANTHROPIC_AUTH_TOKEN")
                || patient.daemon().process().envVars().containsKey("ANTHROPIC_API_KEY");
        if (byVariable) {
            return new Finding.Fine("login", "by a variable of its environment (whether it is valid: not asked)");
        }
        String configured = environment.get("CLAUDE_CONFIG_DIR");
        Path directory = configured == null ? patient.environment().userHome().resolve(".claude") : Path.of(configured);
        return Files.exists(directory.resolve(".credentials.json"))
                ? new Finding.Fine("login", "credentials are in " + directory + " (whether they are valid: not asked)")
                : new Finding.Warning(
                        "login",
                        "no login of the agent is found, neither in " + directory + " nor in its variables",
                        "Run " + executable + " once as the user that the daemon runs as, and log in");
    }
}
