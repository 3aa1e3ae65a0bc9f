package dev.makima.cli.command.agent;

import dev.makima.cli.core.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The commands that agents call, for the tree of commands. Each is made when it is asked for. Stateless. */
public final class AgentDoor {
    private AgentDoor() {}

    /** makima supervisor with the command that is meant, or with all where it is null or none of them. */
    public static CommandLine supervisor(Surroundings surroundings, @Nullable String meant) {
        return SupervisorCommands.create(surroundings, meant);
    }

    /** makima orchestrator with the command that is meant, or with all where it is null or none of them. */
    public static CommandLine orchestrator(Surroundings surroundings, @Nullable String meant) {
        return OrchestratorCommands.create(surroundings, meant);
    }

    /** makima contract with the command that is meant, or with all where it is null or none of them. */
    public static CommandLine contract(Surroundings surroundings, @Nullable String meant) {
        return ContractCommands.create(surroundings, meant);
    }

    /** makima directive with the command that is meant, or with all where it is null or none of them. */
    public static CommandLine directive(Surroundings surroundings, @Nullable String meant) {
        return DirectiveCommands.create(surroundings, meant);
    }
}
