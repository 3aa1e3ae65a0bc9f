package dev.makima.cli.command.machine;

import dev.makima.cli.core.Surroundings;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** The commands about this machine and its shell, for the tree of commands. Each is made when it is asked for. Stateless. */
public final class MachineDoor {
    private MachineDoor() {}

    /** makima config. */
    public static CommandLine config(Surroundings surroundings) {
        return new CommandLine(new ConfigCommand(surroundings));
    }

    /** makima doctor. */
    public static CommandLine doctor(Surroundings surroundings) {
        return new CommandLine(new DoctorCommand(surroundings));
    }

    /** makima disk-usage. */
    public static CommandLine diskUsage(Surroundings surroundings) {
        return new CommandLine(new DiskUsageCommand(surroundings));
    }

    /**
     * makima completion.
     *
     * @param commands makes the command of a name, or answers null where there is none
     */
    public static CommandLine completion(Surroundings surroundings, Function<String, @Nullable CommandLine> commands) {
        return new CommandLine(new CompletionCommand(surroundings, commands));
    }

    /** makima ids: what completion scripts call. */
    public static CommandLine ids(Surroundings surroundings) {
        return new CommandLine(new IdsCommand(surroundings));
    }

    /** makima demo. */
    public static CommandLine demo(Surroundings surroundings) {
        return new CommandLine(new DemoCommand(surroundings));
    }

    /** makima demo-agent: the scripted agent of the demo. */
    public static CommandLine demoAgent(Surroundings surroundings) {
        return new CommandLine(new DemoAgentCommand(surroundings));
    }
}
