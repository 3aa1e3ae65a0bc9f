package dev.makima.cli.command.keys;

import dev.makima.cli.command.base.Group;
import dev.makima.cli.command.base.Subcommands;
import dev.makima.cli.core.Surroundings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** makima keys … */
public final class KeysCommands {
    /** Its commands, in the order of its help. */
    static final List<String> NAMES = List.of("create", "list", "revoke");

    private KeysCommands() {}

    /** The group with the command that is meant, or with all. */
    public static CommandLine create(Surroundings surroundings, @Nullable String meant) {
        return Subcommands.of(
                new Keys(surroundings),
                NAMES,
                name -> switch (name) {
                    case "create" -> new KeysCreateCommand(surroundings);
                    case "list" -> new KeysListCommand(surroundings);
                    case "revoke" -> new KeysRevokeCommand(surroundings);
                    default -> throw Subcommands.unknown(name);
                },
                meant);
    }

    /** makima keys. */
    @Command(
            name = "keys",
            description = "API keys: one for each person, program or daemon.",
            footer = {"", "Examples:", "  makima keys create laptop", "  makima keys list", "  makima keys revoke ID"})
    static final class Keys extends Group {
        Keys(Surroundings surroundings) {
            super("keys", surroundings);
        }
    }
}
