package dev.makima.process;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.File;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The programs that a holder needs, by absolute path: the holder runs in the agent's environment, whose PATH need not
 * lead to them.
 *
 * @param path where all of these and sleep and grep are, for programs of ours that look for them themselves
 * @param coreutilsTail whether tail knows --pid and parts of seconds; busybox's does not
 * @param envResetsSignals whether env can give a program the default dispositions of signals that we ignore
 */
record ShellTools(
        String path,
        Path sh,
        Path setsid,
        Path env,
        Path mv,
        Path mkdir,
        Path tail,
        boolean coreutilsTail,
        boolean envResetsSignals) {
    private static final System.Logger LOG = System.getLogger(ShellTools.class.getName());
    private static final File NOTHING = new File("/dev/null");
    private static final int ANSWER_BYTES = 60_000;
    private static final String USUAL = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

    /** This machine's, looked up once. */
    static ShellTools system() {
        return Machine.INSTANCE;
    }

    /**
     * Looks the programs up.
     *
     * @param path directories, a colon between, before the usual ones
     * @throws MakimaException COMMAND_FAILED where one is missing
     */
    static ShellTools find(String path) {
        String all = path + ":" + USUAL;
        Path tail = find(all, "tail");
        Path env = find(all, "env");
        boolean coreutils = output(tail, "--version").contains("coreutils");
        boolean resets = output(env, "--default-signal", "echo", "works").startsWith("works");
        List.of("sleep", "grep").forEach(name -> find(all, name));
        return new ShellTools(
                all,
                find(all, "sh"),
                find(all, "setsid"),
                env,
                find(all, "mv"),
                find(all, "mkdir"),
                tail,
                coreutils,
                resets);
    }

    private static Path find(String path, String name) {
        return lookUp(path, name)
                .orElseThrow(() -> new MakimaException(
                        ErrorCode.COMMAND_FAILED,
                        "the program " + name + " was not found",
                        "Install coreutils and util-linux, or busybox; the daemon needs them to keep agents alive"));
    }

    /** A program on this path or in the usual places. */
    static Optional<Path> lookUp(String path, String name) {
        return Stream.of((path + ":" + USUAL).split(":"))
                .map(directory -> Path.of(directory, name))
                .filter(file -> file.isAbsolute() && Files.isExecutable(file))
                .findFirst();
    }

    /**
     * What a command prints that ends well within this time; nothing where it fails, or was ended because it took longer.
     *
     * @param environment added to the daemon's own
     */
    static Optional<String> answer(List<String> command, Map<String, String> environment, Duration limit) {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectInput(NOTHING).redirectError(NOTHING);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            try (var output = process.getInputStream()) {
                // It prints less than a pipe holds, so it does not wait for us.
                if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    String text = new String(output.readNBytes(ANSWER_BYTES), StandardCharsets.UTF_8);
                    return process.exitValue() == 0 ? Optional.of(text) : Optional.empty();
                }
                process.destroyForcibly();
                return Optional.empty();
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "cannot try " + command.getFirst(), e);
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static String output(Path program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(NOTHING)
                    .start();
            try (var output = process.getInputStream()) {
                return new String(output.readNBytes(4096), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            // Then it is used as the plainest of its kind.
            return "";
        }
    }

    /** What the holder calls the kind of tail. */
    String tailKind() {
        return coreutilsTail ? "gnu" : "plain";
    }

    /** Filled at first use, by the class loader's lock. */
    private static final class Machine {
        static final ShellTools INSTANCE =
                find(Optional.ofNullable(System.getenv("PATH")).orElse(""));
    }
}
