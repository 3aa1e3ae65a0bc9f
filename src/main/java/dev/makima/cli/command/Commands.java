package dev.makima.cli.command;

import dev.makima.cli.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Makes the command that was named, and no other one: what is not made costs nothing at start. */
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
            case "run" -> new CommandLine(new RunCommand(surroundings));
            case "demo" -> new CommandLine(new DemoCommand(surroundings));
            case "demo-agent" -> new CommandLine(new DemoAgentCommand(surroundings));
            case "tasks" -> TasksCommands.create(surroundings, meant);
            case "merges" -> MergesCommands.create(surroundings, meant);
            case "contracts" -> ContractsCommands.create(surroundings, meant);
            case "daemons" -> DaemonsCommands.create(surroundings, meant);
            case "keys" -> KeysCommands.create(surroundings, meant);
            case "usage" -> new CommandLine(new UsageCommand(surroundings));
            case "events" -> new CommandLine(new EventsCommand(surroundings));
            case "history" -> new CommandLine(new HistoryCommand(surroundings));
            case "up" -> new CommandLine(new UpCommand(surroundings));
            case "server" ->
                new CommandLine(new ServerCommand(surroundings))
                        .addSubcommand("copy-database", new CopyDatabaseCommand(surroundings));
            case "daemon" -> new CommandLine(new DaemonCommand(surroundings));
            case "config" -> new CommandLine(new ConfigCommand(surroundings));
            case "board" -> new CommandLine(new BoardCommand(surroundings));
            case "supervisor" -> SupervisorCommands.create(surroundings, meant);
            case "orchestrator" -> OrchestratorCommands.create(surroundings, meant);
            case "contract" -> ContractCommands.create(surroundings, meant);
            case "directive" -> DirectiveCommands.create(surroundings, meant);
            case "doctor" -> new CommandLine(new DoctorCommand(surroundings));
            case "disk-usage" -> new CommandLine(new DiskUsageCommand(surroundings));
            case "completion" ->
                new CommandLine(new CompletionCommand(surroundings, each -> create(each, surroundings)));
            case "ids" -> new CommandLine(new IdsCommand(surroundings));
            default -> null;
        };
    }
}
