package dev.makima.cli.command;

import dev.makima.cli.command.agent.AgentDoor;
import dev.makima.cli.command.contracts.ContractsCommands;
import dev.makima.cli.command.daemons.DaemonsCommands;
import dev.makima.cli.command.history.HistoryDoor;
import dev.makima.cli.command.keys.KeysCommands;
import dev.makima.cli.command.machine.MachineDoor;
import dev.makima.cli.command.services.ServicesDoor;
import dev.makima.cli.command.tasks.TasksDoor;
import dev.makima.cli.core.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * The tree of commands: makes the command that was named by the door of its family, and no other one: what is not made costs
 * nothing at start.
 */
public final class Commands {
    private Commands() {}

    /** The command with all its subcommands, or null where there is none of that name. */
    public static @Nullable CommandLine create(String name, Surroundings surroundings) {
        return create(name, null, surroundings);
    }

    /**
     * The command, or null where there is none of that name.
     *
     * @param meant the word behind the name: where it is a command of the group, the only one that is made
     */
    public static @Nullable CommandLine create(String name, @Nullable String meant, Surroundings surroundings) {
        return switch (name) {
            case "run" -> TasksDoor.run(surroundings);
            case "tasks" -> TasksDoor.tasks(surroundings, meant);
            case "merges" -> TasksDoor.merges(surroundings, meant);
            case "contracts" -> ContractsCommands.create(surroundings, meant);
            case "events" -> HistoryDoor.events(surroundings);
            case "history" -> HistoryDoor.history(surroundings);
            case "usage" -> HistoryDoor.usage(surroundings);
            case "up" -> ServicesDoor.up(surroundings);
            case "server" -> ServicesDoor.server(surroundings);
            case "daemon" -> ServicesDoor.daemon(surroundings);
            case "board" -> ServicesDoor.board(surroundings);
            case "daemons" -> DaemonsCommands.create(surroundings, meant);
            case "keys" -> KeysCommands.create(surroundings, meant);
            case "supervisor" -> AgentDoor.supervisor(surroundings, meant);
            case "orchestrator" -> AgentDoor.orchestrator(surroundings, meant);
            case "contract" -> AgentDoor.contract(surroundings, meant);
            case "directive" -> AgentDoor.directive(surroundings, meant);
            case "config" -> MachineDoor.config(surroundings);
            case "doctor" -> MachineDoor.doctor(surroundings);
            case "disk-usage" -> MachineDoor.diskUsage(surroundings);
            case "completion" -> MachineDoor.completion(surroundings, each -> create(each, surroundings));
            case "ids" -> MachineDoor.ids(surroundings);
            case "demo" -> MachineDoor.demo(surroundings);
            case "demo-agent" -> MachineDoor.demoAgent(surroundings);
            default -> null;
        };
    }
}
