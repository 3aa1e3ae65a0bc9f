package dev.makima.cli.command;

import dev.makima.cli.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Makes the command that was named, and no other one: what is not made costs nothing at start. */
public final class Commands {
    private Commands() {}

    /** The command with its subcommands, or null where there is none of that name. */
    public static @Nullable CommandLine create(String name, Surroundings surroundings) {
        return switch (name) {
            case "run" -> new CommandLine(new RunCommand(surroundings));
            case "demo" -> new CommandLine(new DemoCommand(surroundings));
            case "demo-agent" -> new CommandLine(new DemoAgentCommand(surroundings));
            case "tasks" -> tasks(surroundings);
            case "daemons" ->
                new CommandLine(new Group.Daemons(surroundings))
                        .addSubcommand("list", new DaemonsListCommand(surroundings));
            case "keys" ->
                new CommandLine(new Group.Keys(surroundings))
                        .addSubcommand("create", new KeysCreateCommand(surroundings))
                        .addSubcommand("list", new KeysListCommand(surroundings))
                        .addSubcommand("revoke", new KeysRevokeCommand(surroundings));
            case "up" -> new CommandLine(new UpCommand(surroundings));
            case "server" ->
                new CommandLine(new ServerCommand(surroundings))
                        .addSubcommand("copy-database", new CopyDatabaseCommand(surroundings));
            case "daemon" -> new CommandLine(new DaemonCommand(surroundings));
            case "contracts" -> ContractsCommands.create(surroundings);
            case "supervisor" -> SupervisorCommands.create(surroundings);
            case "orchestrator" -> OrchestratorCommands.create(surroundings);
            case "contract" -> ContractCommands.create(surroundings);
            case "directive" -> DirectiveCommands.create(surroundings);
            case "doctor" -> new CommandLine(new DoctorCommand(surroundings));
            case "disk-usage" -> new CommandLine(new DiskUsageCommand(surroundings));
            case "completion" -> new CommandLine(new CompletionCommand(surroundings));
            case "aot-train" -> new CommandLine(new AotTrainCommand(surroundings));
            default -> null;
        };
    }

    private static CommandLine tasks(Surroundings surroundings) {
        CommandLine group = new CommandLine(new Group.Tasks(surroundings))
                .addSubcommand("list", new TasksListCommand(surroundings))
                .addSubcommand("create", new TasksCreateCommand(surroundings))
                .addSubcommand("start", new TasksStartCommand(surroundings))
                .addSubcommand("show", new TasksShowCommand(surroundings))
                .addSubcommand("output", new TasksOutputCommand(surroundings))
                .addSubcommand("message", new TasksMessageCommand(surroundings))
                .addSubcommand("pause", TasksPauseCommand.pause(surroundings))
                .addSubcommand("resume", TasksPauseCommand.resume(surroundings))
                .addSubcommand("stop", new TasksStopCommand(surroundings));
        return TaskResultCommands.addTo(TaskFilesCommands.addTo(group, surroundings), surroundings);
    }
}
