package dev.makima.cli.command.base;

import dev.makima.cli.core.Surroundings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What every command has. */
public abstract class Base implements Callable<Integer> {
    /** The world around the command. */
    protected final Surroundings surroundings;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    boolean help;

    /** Read before picocli parses anything, so that it holds for mistakes in the arguments too. */
    @Option(names = "--debug", description = "show where an error came from (also: MAKIMA_DEBUG=1)")
    boolean debug;

    /** In that world. */
    protected Base(Surroundings surroundings) {
        this.surroundings = surroundings;
    }
}
