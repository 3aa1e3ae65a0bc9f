package dev.makima.base;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs by their names, as a shell looks them up. */
public final class SearchPath {
    private SearchPath() {}

    /**
     * The first program of that name.
     *
     * @param path directories with a colon between, as in PATH; an empty one is the working directory
     * @param from the working directory
     */
    public static Optional<Path> find(String path, String name, Path from) {
        return Stream.of(path.split(":"))
                .map(directory -> from.resolve(directory).resolve(name))
                .filter(SearchPath::isProgram)
                .findFirst();
    }

    /** Whether it is a file that can be run. */
    public static boolean isProgram(Path file) {
        return Files.isRegularFile(file) && Files.isExecutable(file);
    }
}
