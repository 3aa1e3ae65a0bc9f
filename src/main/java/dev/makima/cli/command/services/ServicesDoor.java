package dev.makima.cli.command.services;

import dev.makima.cli.core.Surroundings;
import picocli.CommandLine;

/** The programs that stay, for the tree of commands. Each is made when it is asked for. Stateless. */
public final class ServicesDoor {
    private ServicesDoor() {}

    /** makima up. */
    public static CommandLine up(Surroundings surroundings) {
        return new CommandLine(new UpCommand(surroundings));
    }

    /** makima server, with copy-database below it. */
    public static CommandLine server(Surroundings surroundings) {
        return new CommandLine(new ServerCommand(surroundings))
                .addSubcommand("copy-database", new CopyDatabaseCommand(surroundings));
    }

    /** makima daemon. */
    public static CommandLine daemon(Surroundings surroundings) {
        return new CommandLine(new DaemonCommand(surroundings));
    }

    /** makima board. */
    public static CommandLine board(Surroundings surroundings) {
        return new CommandLine(new BoardCommand(surroundings));
    }
}
