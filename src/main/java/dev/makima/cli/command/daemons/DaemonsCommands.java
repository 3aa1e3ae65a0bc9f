package dev.makima.cli.command.daemons;

import dev.makima.cli.command.base.Group;
import dev.makima.cli.command.base.Subcommands;
import dev.makima.cli.core.Surroundings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** makima daemons … */
public final class DaemonsCommands {
    /** Its commands, in the order of its help. */
    static final List<String> NAMES = List.of("list", "show", "restart", "login", "git-config");

    private DaemonsCommands() {}

    /** The group with the command that is meant, or with all. */
    public static CommandLine create(Surroundings surroundings, @Nullable String meant) {
        return Subcommands.of(
                new Daemons(surroundings),
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

    /** makima daemons. */
    @Command(
            name = "daemons",
            description = "Daemons: the machines that carry tasks out.",
            footer = {
                "",
                "Examples:",
                "  makima daemons list",
                "  makima daemons show 1a2b3c4d",
                "  makima daemons restart build-machine",
                "",
                "A daemon is named by its id, the first digits of it, or the name of its machine."
            })
    static final class Daemons extends Group {
        Daemons(Surroundings surroundings) {
            super("daemons", surroundings);
        }
    }
}
