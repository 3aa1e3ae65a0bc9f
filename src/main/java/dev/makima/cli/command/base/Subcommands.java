package dev.makima.cli.command.base;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Puts a group together. Stateless. */
public final class Subcommands {
    private Subcommands() {}

    /**
     * The group with the one command that is meant, since making the others would cost an agent's call more than the
     * call itself; with all of them where it is not known which one is meant.
     *
     * @param names the group's commands, in the order of its help
     * @param maker makes the command of a name: an annotated object, or a {@link CommandLine}
     * @param meant the word behind the group's name; null = all
     */
    public static CommandLine of(
            Group group, List<String> names, Function<String, Object> maker, @Nullable String meant) {
        CommandLine line = new CommandLine(group);
        for (String name : meant != null && names.contains(meant) ? List.of(meant) : names) {
            line.addSubcommand(name, maker.apply(name));
        }
        return line;
    }

    /** What a maker throws for a name that is not in its own list. */
    public static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("no command " + name);
    }
}
