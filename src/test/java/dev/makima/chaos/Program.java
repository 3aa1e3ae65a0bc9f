package dev.makima.chaos;

import dev.makima.testkit.Await;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server or a daemon as a process. */
final class Program {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String name;
    private final Process process;
    private final Path out;
    private final Path log;
    private final long logFrom;

    private Program(String name, Process process, Path out, Path log, long logFrom) {
        this.name = name;
        this.process = process;
        this.out = out;
        this.log = log;
        this.logFrom = logFrom;
    }

    /**
     * Starts it.
     *
     * @param home its home, which this process need not see
     * @param logs where what it says goes
     */
    static Program start(String name, List<String> command, Path home, Path logs, Map<String, String> variables)
            throws IOException {
        Path out = Files.createTempFile(logs, name + "-", ".out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(logs.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        logs.resolve(name + ".log").toFile()));
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("PATH", System.getenv("PATH"));
        environment.put("HOME", home.toString());
        environment.put("LC_ALL", "C.UTF-8");
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.putAll(variables);
        Path log = logs.resolve(name + ".log");
        long logFrom = log.toFile().length();
        return new Program(name, builder.start(), out, log, logFrom);
    }

    /** The first group of what it prints. */
    String printed(Pattern pattern) {
        Await.until(PATIENCE, pattern + " from the " + name, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("the " + name + " has ended with " + process.exitValue());
            }
            return pattern.matcher(output()).find();
        });
        Matcher matcher = pattern.matcher(output());
        if (!matcher.find()) {
            throw new IllegalStateException(pattern.toString());
        }
        return matcher.group(1);
    }

    /** Waits until it has logged this. */
    void logged(String what) {
        Await.until(PATIENCE, what + " in the log of the " + name, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("the " + name + " has ended with " + process.exitValue());
            }
            try {
                byte[] all = Files.readAllBytes(log);
                return new String(all, (int) logFrom, (int) (all.length - logFrom), StandardCharsets.UTF_8)
                        .contains(what);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        });
    }

    /** Its exit code, once it has ended by itself. */
    int exit(Duration patience) {
        await(patience);
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Sends a signal by its name, such as STOP. */
    void signal(String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        await(PATIENCE);
    }

    /** SIGTERM, and the end of it. */
    void end(Duration patience) {
        process.destroy();
        await(patience);
    }

    private void await(Duration patience) {
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the " + name + " did not end within " + patience);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    private String output() {
        try {
            return Files.readString(out);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
