package dev.makima.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where configuration files are looked for.
 *
 * @param table whose files
 * @param paths where "~" and relative paths lead
 */
record ConfigFiles(KeyTable table, Environment environment, Paths paths, Notes notes) {
    private static final List<String> ENDINGS = List.of(".toml", ".json", ".yaml", ".yml");

    /** The files to read, highest first: that of --config, whether it exists or not, then those that do exist. */
    List<Path> find(Flags flags) {
        List<Path> out = new ArrayList<>();
        flags.configFile().flatMap(this::named).ifPresent(out::add);
        for (Path place : places()) {
            existing(place).filter(file -> !out.contains(file)).ifPresent(out::add);
        }
        return List.copyOf(out);
    }

    private Optional<Path> named(Path file) {
        try {
            return Optional.of(paths.resolve(file.toString()));
        } catch (BadValueException e) {
            notes.problem(Problem.ofFile("--config needs a path; found " + e.found(), "give the path of a file"));
            return Optional.empty();
        }
    }

    /** The file that a user is told to write to: the highest one there is, else the user's own place. */
    Path suggested(List<Path> found) {
        return found.isEmpty() ? userFile() : found.getFirst();
    }

    /** The places, in the documented form, highest first. */
    private List<Path> places() {
        List<Path> out = new ArrayList<>();
        out.add(paths.workingDirectory().resolve(table.program() + ".toml"));
        out.add(userFile());
        if (environment.isLinux()) {
            out.add(environment.systemConfig().resolve(table.program()).resolve("config.toml"));
        }
        return out;
    }

    /** The base directory specification says that a relative XDG_CONFIG_HOME is to be passed over. */
    private Path userFile() {
        Path base = environment
                .variable("XDG_CONFIG_HOME")
                .filter(directory -> directory.startsWith("/"))
                .map(Path::of)
                .orElseGet(() ->
                        paths.userHome().resolve(environment.isMac() ? "Library/Application Support" : ".config"));
        return base.resolve(table.program()).resolve("config.toml");
    }

    private Optional<Path> existing(Path toml) {
        String stem = toml.toString().substring(0, toml.toString().length() - ".toml".length());
        List<Path> there = ENDINGS.stream()
                .map(ending -> Path.of(stem + ending))
                .filter(Files::exists)
                .toList();
        if (there.size() > 1) {
            notes.warning(there.getFirst() + " is read; passed over: "
                    + String.join(
                            ", ", there.stream().skip(1).map(Path::toString).toList()));
        }
        return there.stream().findFirst();
    }
}
