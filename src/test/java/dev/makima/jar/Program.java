package dev.makima.jar;

import dev.makima.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The packaged program in a process of its own, with an empty home and nothing of this machine's environment. */
final class Program implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * A shell that starts this build in its background lets it ignore SIGINT, and all that it starts as well: what is to
     * be interrupted here is started as from a terminal. Nothing, where the tool cannot do that.
     */
    private static final List<String> INTERRUPTIBLE = interruptible();

    private final Process process;
    private final Path out;
    private final Path err;

    private Program(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** How to start it. */
    static final class Start {
        private final Path home;
        private final Map<String, String> environment = new TreeMap<>();
        private Path directory;

        /** From this home; the working directory is the home unless said otherwise. */
        Start(Path home) {
            this.home = home;
            this.directory = home;
            environment.put("HOME", home.toString());
            environment.put("PATH", System.getenv("PATH"));
            environment.put("LC_ALL", "C.UTF-8");
            environment.put("GIT_CONFIG_NOSYSTEM", "1");
            environment.put("MAKIMA_BUILD", "no");
            environment.put("MAKIMA_CACHE", "no");
            // What ends in some seconds never earns the second compiler's work.
            environment.put("MAKIMA_JVM_FLAGS", "-XX:TieredStopAtLevel=1");
            environment.put("MAKIMA_JAVA_HOME", System.getProperty("java.home"));
        }

        Start in(Path working) {
            directory = working;
            return this;
        }

        Start with(String name, String value) {
            environment.put(name, value);
            return this;
        }

        Start without(String name) {
            environment.remove(name);
            return this;
        }

        /** By the script that people use. */
        Program makima(String... arguments) {
            return by(root().resolve("scripts/makima"), arguments);
        }

        /** By the script of another checkout. */
        Program by(Path script, String... arguments) {
            List<String> command = new ArrayList<>(List.of(script.toString()));
            command.addAll(List.of(arguments));
            return begin(command);
        }

        /** By the jar alone. */
        Program jar(String... arguments) {
            return jar(built(), arguments);
        }

        /** By another build's jar alone. */
        Program jar(Path jar, String... arguments) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-jar",
                    jar.toString()));
            command.addAll(List.of(arguments));
            return begin(command);
        }

        /** The jar that this build made. */
        static Path built() {
            return root().resolve("target/makima.jar");
        }

        private Program begin(List<String> program) {
            List<String> command = new ArrayList<>(INTERRUPTIBLE);
            command.addAll(program);
            try {
                Path out = Files.createTempFile(home, "out-", ".txt");
                Path err = Files.createTempFile(home, "err-", ".txt");
                ProcessBuilder builder = new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
                builder.environment().clear();
                builder.environment().putAll(environment);
                return new Program(builder.start(), out, err);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static Path root() {
            return Path.of("").toAbsolutePath();
        }
    }

    private static List<String> interruptible() {
        List<String> prefix = List.of("env", "--default-signal=INT");
        List<String> trial = new ArrayList<>(prefix);
        trial.add("true");
        try {
            Process tried = new ProcessBuilder(trial)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return tried.waitFor() == 0 ? prefix : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Its exit code, once it has ended. */
    int exitCode() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("still running after " + PATIENCE + "\n" + out() + "\n" + err());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What it has printed to standard output so far. */
    String out() {
        return read(out);
    }

    /** What it has printed to standard error so far. */
    String err() {
        return read(err);
    }

    /** Waits until it has printed this, on either stream. */
    void awaitText(String text) {
        Await.until(PATIENCE, "'" + text + "' in the output", () -> {
            if (out().contains(text) || err().contains(text)) {
                return true;
            }
            if (!process.isAlive()) {
                throw new AssertionError("ended with " + process.exitValue() + "\n" + out() + "\n" + err());
            }
            return false;
        });
    }

    /** Sends a signal, such as INT, to the process alone. */
    void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** The processes that name this directory, or what is below it, in their command lines. */
    static List<String> of(Path directory) {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(directory.toString()))
                .toList();
    }

    /** Waits for the end of all of them: who keeps an agent ends, and writes, a moment after it. */
    static void awaitNoneOf(Path directory) {
        Await.until(PATIENCE, "the end of all processes", () -> of(directory).isEmpty());
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
