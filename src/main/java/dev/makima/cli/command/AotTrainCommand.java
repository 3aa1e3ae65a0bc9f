package dev.makima.cli.command;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.cli.command.base.Base;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.demo.DaemonTraining;
import dev.makima.cli.local.NativeLibrary;
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
import java.util.function.ToIntBiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Goes through what most commands do, or what a daemon does, so that the start-up cache holds it. Started by the
 * launcher script in the background, with its output thrown away; leaves nothing behind but the cache and, where it is
 * told to, the unpacked native library.
 */
@Command(name = "aot-train", hidden = true, description = "Training run of the start-up cache: not for people.")
public final class AotTrainCommand extends Base {
    @Parameters(index = "0", defaultValue = "start", description = "which cache: start or daemon")
    String kind = "start";

    @Parameters(index = "1", arity = "0..1", description = "where native libraries are to be kept unpacked")
    @Nullable
    Path libraries;

    private final ToIntBiFunction<String[], Surroundings> runner;

    /**
     * Trains that.
     *
     * @param runner runs one command by its arguments and says what the process should exit with
     */
    public AotTrainCommand(Surroundings surroundings, ToIntBiFunction<String[], Surroundings> runner) {
        super(surroundings);
        this.runner = runner;
    }

    @Override
    public Integer call() throws IOException {
        Path home = Files.createTempDirectory("makima-train-");
        try {
            Surroundings trained = surroundings(home);
            switch (kind) {
                case "daemon" -> daemon(trained, home);
                case "start" -> commands(trained);
                default -> throw new MakimaException(ErrorCode.VALIDATION, "no such cache: " + kind);
            }
            if (libraries != null) {
                NativeLibrary.keep(libraries);
            }
            return ExitCode.OK;
        } finally {
            delete(home);
        }
    }

    private void commands(Surroundings trained) {
        run(trained, "--help");
        run(trained, "--version");
        run(trained, "run", "--help");
        // A wrong option, too: the texts of errors should come as fast as those of help.
        run(trained, "run", "--no-such-option");
        run(trained, "tasks", "list", "--local");
        run(trained, "daemon", "--print-config", "--server-url", "http://127.0.0.1:1", "--api-key", "none");
        run(trained, "demo", "--clean");
        AgentTraining.run(trained, this::run);
    }

    private void daemon(Surroundings trained, Path home) {
        run(trained, "daemon", "--print-config", "--server-url", "http://127.0.0.1:1", "--api-key", "none");
        DaemonTraining.run(trained, home);
    }

    private void run(Surroundings surroundings, String... arguments) {
        // What fails here is merely not in the cache; the command itself will say why when a person calls it.
        int ignored = runner.applyAsInt(arguments, surroundings);
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
