package dev.makima.bench;

import dev.makima.testkit.Recording;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
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

/** A process that stays, with its cost as the kernel counts it. */
final class Program implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** USER_HZ, which Linux fixes at 100 for all that /proc says. */
    private static final double TICKS_PER_SECOND = 100;

    private final Process process;
    private final long startedNanos;
    private final Recording<String> output = new Recording<>("lines of the program");

    private Program(Process process, long startedNanos) {
        this.process = process;
        this.startedNanos = startedNanos;
        Thread.ofVirtual().start(this::read);
    }

    /** Starts it; what it logs goes to a file. */
    static Program start(Path directory, Map<String, String> environment, List<String> command, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        long now = System.nanoTime();
        return new Program(builder.start(), now);
    }

    /** When it was started, by {@link System#nanoTime()}. */
    long startedNanos() {
        return startedNanos;
    }

    /** Writes a line to its standard input. */
    void say(String line) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    /** The first group of the first printed line that fits, past or coming. */
    String printed(String pattern) {
        Pattern compiled = Pattern.compile(pattern);
        String line = output.await(text -> compiled.matcher(text).find(), PATIENCE);
        Matcher matcher = compiled.matcher(line);
        if (!matcher.find()) {
            throw new IllegalStateException(line);
        }
        return matcher.group(1);
    }

    /** Seconds of processor time that it has used so far, without its children. */
    double cpuSeconds() throws IOException {
        String stat = Files.readString(proc("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }

    /** Resident memory now, in MB (10^6 bytes). */
    double residentMegabytes() throws IOException {
        return status("VmRSS:");
    }

    /** The most resident memory that it ever had, in MB (10^6 bytes). */
    double peakMegabytes() throws IOException {
        return status("VmHWM:");
    }

    /** Ends it by SIGKILL and waits for that. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Whether it still runs. */
    boolean isAlive() {
        return process.isAlive();
    }

    private double status(String name) throws IOException {
        for (String line : Files.readAllLines(proc("status"))) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6;
            }
        }
        throw new IOException("no " + name + " of process " + process.pid());
    }

    private Path proc(String name) {
        return Path.of("/proc", Long.toString(process.pid()), name);
    }

    private void read() {
        try (BufferedReader reader = process.inputReader()) {
            reader.lines().forEach(output::add);
        } catch (IOException | UncheckedIOException ended) {
            output.add("(the output ended: " + ended + ")");
        }
    }

    /** Ends it by SIGTERM, and by SIGKILL where that takes longer than ten seconds. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
