package dev.makima.cli.local;

import dev.makima.base.SearchPath;
import dev.makima.cli.core.Surroundings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Looks executables up as a shell does. */
final class Executables {
    private Executables() {}

    /** Where the command is: a path as it is, a name on PATH. */
    static Optional<Path> find(Surroundings surroundings, String command) {
        if (command.contains("/")) {
            Path path = surroundings.directory().resolve(surroundings.expand(command));
            return SearchPath.isProgram(path) ? Optional.of(path) : Optional.empty();
        }
        return SearchPath.find(surroundings.variable("PATH", ""), command, surroundings.directory());
    }

    /** Whether a command that is a path names a file, executable or not. */
    static boolean isFile(Surroundings surroundings, String command) {
        return command.contains("/")
                && Files.isRegularFile(surroundings.directory().resolve(surroundings.expand(command)));
    }
}
