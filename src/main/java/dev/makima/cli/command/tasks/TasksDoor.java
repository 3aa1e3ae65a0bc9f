package dev.makima.cli.command.tasks;

import dev.makima.cli.core.Surroundings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The commands about tasks, for the tree of commands. Each is made when it is asked for. Stateless. */
public final class TasksDoor {
    private TasksDoor() {}

    /** makima run. */
    public static CommandLine run(Surroundings surroundings) {
        return new CommandLine(new RunCommand(surroundings));
    }

    /** makima tasks with the command that is meant, or with all where it is null or none of them. */
    public static CommandLine tasks(Surroundings surroundings, @Nullable String meant) {
        return TasksCommands.create(surroundings, meant);
    }

    /** makima merges with the command that is meant, or with all where it is null or none of them. */
    public static CommandLine merges(Surroundings surroundings, @Nullable String meant) {
        return MergesCommands.create(surroundings, meant);
    }
}
