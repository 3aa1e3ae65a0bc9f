package dev.makima.cli.local;

import dev.makima.cli.Surroundings;
import java.io.File;
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
            return executable(path) ? Optional.of(path) : Optional.empty();
        }
        for (String directory : surroundings.variable("PATH", "").split(File.pathSeparator)) {
            Path path = surroundings.directory().resolve(directory).resolve(command);
            if (executable(path)) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    /** Whether a command that is a path names a file, executable or not. */
    static boolean isFile(Surroundings surroundings, String command) {
        return command.contains("/")
                && Files.isRegularFile(surroundings.directory().resolve(surroundings.expand(command)));
    }

    private static boolean executable(Path path) {
        return Files.isRegularFile(path) && Files.isExecutable(path);
    }
}
