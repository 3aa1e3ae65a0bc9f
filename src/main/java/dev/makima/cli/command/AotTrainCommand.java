package dev.makima.cli.command;

import dev.makima.cli.CommandLineRunner;
import dev.makima.cli.ExitCode;
import dev.makima.cli.Surroundings;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/**
 * Goes through what most commands do, so that the start-up cache holds it. Started by the launcher script in the
 * background, with its output thrown away; leaves nothing behind.
 */
@Command(name = "aot-train", hidden = true, description = "Training run of the start-up cache: not for people.")
final class AotTrainCommand extends Base {
    AotTrainCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() throws IOException {
        Path home = Files.createTempDirectory("makima-train-");
        try {
            Surroundings trained = surroundings(home);
            run(trained, "--help");
            run(trained, "--version");
            run(trained, "run", "--help");
            // A wrong option, too: the texts of errors should come as fast as those of help.
            run(trained, "run", "--no-such-option");
            run(trained, "tasks", "list", "--local");
            run(trained, "daemon", "--print-config", "--server-url", "http://127.0.0.1:1", "--api-key", "none");
            run(trained, "demo", "--clean");
            return ExitCode.OK;
        } finally {
            delete(home);
        }
    }

    private static void run(Surroundings surroundings, String... arguments) {
        // What fails here is merely not in the cache; the command itself will say why when a person calls it.
        int ignored = CommandLineRunner.run(arguments, surroundings);
        assert ignored >= 0;
    }

    private Surroundings surroundings(Path home) {
        Map<String, String> environment = new HashMap<>(surroundings.environment());
        environment.keySet().removeIf(name -> name.startsWith("MAKIMA_"));
        environment.put("MAKIMA_HOME", home.toString());
        environment.put("TMPDIR", home.toString());
        PrintStream nothing = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Surroundings(nothing, nothing, InputStream.nullInputStream(), Map.copyOf(environment), home, false);
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        }
    }
}
