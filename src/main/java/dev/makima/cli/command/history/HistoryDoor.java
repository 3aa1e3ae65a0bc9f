package dev.makima.cli.command.history;

import dev.makima.cli.core.Surroundings;
import picocli.CommandLine;

/** The commands about what happens, for the tree of commands. Each is made when it is asked for. Stateless. */
public final class HistoryDoor {
    private HistoryDoor() {}

    /** makima events. */
    public static CommandLine events(Surroundings surroundings) {
        return new CommandLine(new EventsCommand(surroundings));
    }

    /** makima history. */
    public static CommandLine history(Surroundings surroundings) {
        return new CommandLine(new HistoryCommand(surroundings));
    }

    /** makima usage. */
    public static CommandLine usage(Surroundings surroundings) {
        return new CommandLine(new UsageCommand(surroundings));
    }
}
