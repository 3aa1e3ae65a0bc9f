package dev.makima.daemon.agent;

import dev.makima.agent.AgentVersion;
import dev.makima.agent.ClaudeFlag;
import dev.makima.agent.Role;
import dev.makima.agent.Roles;
import dev.makima.base.PrivateFiles;
import dev.makima.base.Secret;
import dev.makima.protocol.SpawnTask;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a task's agent is told of its role, and is given for it. */
record AgentRole(SpawnTask spawn, Role role) {
    /** The role of that task. */
    static AgentRole of(SpawnTask spawn) {
        return new AgentRole(
                spawn,
                Roles.of(
                        spawn.isSupervisor(),
                        spawn.isOrchestrator(),
                        spawn.contractId() != null,
                        spawn.directiveId() != null,
                        spawn.taskName()));
    }

    /** Whether it is given the {@code makima} command, and a key for it. */
    boolean callsMakima() {
        return role.callsMakima();
    }

    /**
     * Writes the role's text where the agent reads it at each of its starts: among the run's own files, 0600, since
     * what lies in a worktree is committed sooner or later.
     *
     * @param run the directory of the run's spool
     */
    Path save(Path run) {
        Path file = run.resolve("role.md");
        PrivateFiles.write(file, text().getBytes(StandardCharsets.UTF_8));
        return file;
    }

    /**
     * The first message. An agent that is too old to take the role's text from a file reads it there, once for each
     * conversation; of a plain task it can do without.
     */
    String opened(Opening opening, AgentVersion version) {
        boolean told = ClaudeFlag.APPEND_SYSTEM_PROMPT_FILE.isKnownTo(version)
                || opening.resume()
                || (role == Role.TASK && !spawn.autonomousLoop());
        return told ? opening.message() : text() + "\n# Your plan\n\n" + opening.message();
    }

    /** What {@code makima} finds its server, its key and its task by. */
    Map<String, String> connection(URI server, Secret key) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("MAKIMA_API_URL", server.toString());
        variables.put(ToolKeys.VARIABLE, key.reveal());
        variables.put("MAKIMA_TASK_ID", spawn.taskId().toString());
        if (spawn.contractId() != null) {
            variables.put("MAKIMA_CONTRACT_ID", spawn.contractId().toString());
        }
        if (spawn.directiveId() != null) {
            variables.put("MAKIMA_DIRECTIVE_ID", spawn.directiveId().toString());
        }
        return variables;
    }

    /**
     * How the agent is to behave, unless somebody said otherwise. A supervisor waits for tasks and for people by commands
     * of an hour, which the agent would end after two minutes.
     */
    Map<String, String> habits() {
        return role == Role.SUPERVISOR ? Map.of("BASH_DEFAULT_TIMEOUT_MS", "4000000") : Map.of();
    }

    private String text() {
        return Roles.text(role, spawn.autonomousLoop());
    }
}
