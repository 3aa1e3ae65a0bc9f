package dev.makima.cli.command.daemons;

import dev.makima.cli.Surroundings;
import dev.makima.cli.command.base.Group;
import dev.makima.cli.command.base.Subcommands;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** makima daemons … */
public final class DaemonsCommands {
    /** Its commands, in the order of its help. */
    static final List<String> NAMES = List.of("list", "show", "restart", "login", "git-config");

    private DaemonsCommands() {}

    /** The group with the command that is meant, or with all. */
    public static CommandLine create(Surroundings surroundings, @Nullable String meant) {
        return Subcommands.of(
                new Group.Daemons(surroundings),
                NAMES,
                name -> switch (name) {
                    case "list" -> new DaemonsListCommand(surroundings);
                    case "show" -> new DaemonsShowCommand(surroundings);
                    case "restart" -> new DaemonsRestartCommand(surroundings);
                    case "login" -> new DaemonsLoginCommand(surroundings);
                    case "git-config" -> new DaemonsGitConfigCommand(surroundings);
                    default -> throw Subcommands.unknown(name);
                },
                meant);
    }
}
