package dev.makima.cli.command.services;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.core.Surroundings;
import dev.makima.config.ConfigException;
import java.util.function.Supplier;

/** Loads a configuration for a command. */
final class Configured {
    private Configured() {}

    /**
     * What was loaded. Where it can't be used: what could be read is printed if that was asked for, and the error has
     * the exit code 1 where the command line itself was right.
     */
    static <T> T orExit(Supplier<T> load, boolean printConfig, Surroundings surroundings) {
        try {
            return load.get();
        } catch (ConfigException e) {
            if (printConfig) {
                surroundings.out().print(e.printout().text());
            }
            // Its cure is the very print that was asked for.
            throw new MakimaException(
                    e.ofCommandLine() ? ErrorCode.VALIDATION : ErrorCode.IO,
                    e.what().stripTrailing(),
                    printConfig ? null : e.cure().orElse(null),
                    e);
        }
    }
}
