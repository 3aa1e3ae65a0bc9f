package dev.makima.process;

import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A command that ends before its caller goes on: in a session and process group of its own, which ends with it. Whatever
 * of the group, or of its descendants, is still there when the command has ended, its time is up, or the calling thread is
 * interrupted, is sent SIGTERM and after a grace time SIGKILL.
 *
 * <p>Nothing reaches its standard input. Thread-safe; blocking.
 */
public final class GroupCommand {
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration KERNEL_LIMIT = Duration.ofSeconds(5);
    private static final int LINE_MAX = 4000;

    private GroupCommand() {}

    /**
     * How it ended.
     *
     * @param inTime false where its time was up and it was ended
     * @param exitCode its exit code, 128 + n where a signal ended it; of no meaning where its time was up
     */
    public record End(boolean inTime, int exitCode) {}

    /**
     * Runs it.
     *
     * @param spec the program is looked up on the PATH of its own environment
     * @param output gets each line of its standard output and error, on another thread, one after the other; none after
     *     this method has returned. Lines longer than 4,000 characters come in pieces
     * @throws InterruptedException where the calling thread was interrupted; the command is gone by then
     * @throws MakimaException COMMAND_FAILED where it cannot be started
     */
    public static End run(LaunchSpec spec, Duration limit, Consumer<String> output) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException(
                    "interrupted before " + spec.command().getFirst());
        }
        Process process = start(spec);
        Lines lines = new Lines(process.getInputStream(), output);
        boolean inTime = false;
        try {
            inTime = process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            end(process);
            lines.end();
        }
        return new End(inTime, process.isAlive() ? -1 : process.exitValue());
    }

    private static Process start(LaunchSpec spec) {
        // A child of ours is in our own group: only a session of its own can be ended as a whole.
        List<String> command =
                new ArrayList<>(List.of(ShellTools.system().setsid().toString()));
        command.addAll(spec.command());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(spec.workingDirectory().toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(spec.environment());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new MakimaException(
                    ErrorCode.COMMAND_FAILED,
                    "could not start " + spec.command().getFirst() + ": " + e.getMessage(),
                    "Check that it is installed",
                    e);
        }
    }

    /** Ends what is left; an interrupt does not keep it from that, and is kept for afterwards. */
    private static void end(Process process) {
        Set<ProcessIdentity> known = new HashSet<>();
        if (!living(process, known).isEmpty()) {
            living(process, known).forEach(one -> Signal.TERM.send(one, ProcFs.system(), Level.WARNING));
            GrowingWait gracious = new GrowingWait(GRACE, false);
            waitUntilGone(process, known, gracious, false);
            GrowingWait last = new GrowingWait(KERNEL_LIMIT, false);
            waitUntilGone(process, known, last, true);
            // Not before all is looked at: with an interrupt pending nothing can be read below /proc.
            gracious.restoreInterrupt();
            last.restoreInterrupt();
        }
    }

    private static void waitUntilGone(Process process, Set<ProcessIdentity> known, GrowingWait wait, boolean kill) {
        for (List<ProcessIdentity> left = living(process, known);
                !left.isEmpty() && !wait.isOver();
                left = living(process, known)) {
            if (kill) {
                left.forEach(one -> Signal.KILL.send(one, ProcFs.system(), Level.WARNING));
            }
            // Nothing tells that a grandchild has ended.
            wait.pause();
        }
    }

    /** The session's processes, the descendants, and those that were one of them at an earlier look. */
    private static List<ProcessIdentity> living(Process process, Set<ProcessIdentity> known) {
        ProcFs proc = ProcFs.system();
        List<ProcFs.Stat> all = proc.all();
        Set<Long> family = new HashSet<>();
        known.stream().filter(proc::isAlive).forEach(one -> family.add(one.pid()));
        if (process.isAlive()) {
            family.add(process.pid());
        }
        for (int before = 0; before < family.size(); ) {
            before = family.size();
            all.stream().filter(stat -> family.contains(stat.parent())).forEach(stat -> family.add(stat.pid()));
        }
        all.stream()
                .filter(stat -> stat.isAlive() && (family.contains(stat.pid()) || stat.session() == process.pid()))
                .map(proc::identity)
                .forEach(known::add);
        return known.stream().filter(proc::isAlive).toList();
    }

    /** Reads the output on a thread of its own. */
    private static final class Lines {
        private final InputStream pipe;
        private final Consumer<String> output;
        private final Thread thread;
        private volatile boolean over;

        private Lines(InputStream pipe, Consumer<String> output) {
            this.pipe = pipe;
            this.output = output;
            this.thread = Thread.ofPlatform().daemon().name("command-output").start(this::read);
        }

        private void read() {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(pipe, StandardCharsets.UTF_8))) {
                StringBuilder line = new StringBuilder();
                for (int next = reader.read(); next >= 0; next = reader.read()) {
                    if (next == '\n' || line.length() >= LINE_MAX) {
                        tell(line);
                    }
                    if (next != '\n' && next != '\r') {
                        line.append((char) next);
                    }
                }
                if (!line.isEmpty()) {
                    tell(line);
                }
            } catch (IOException e) {
                // Closed under us: somebody held the pipe longer than we waited.
            }
        }

        private void tell(StringBuilder line) {
            if (!over) {
                output.accept(line.toString());
            }
            line.setLength(0);
        }

        /** Everybody who could write is gone, or was waited for long enough. */
        private void end() {
            boolean interrupted = false;
            try {
                thread.join(GRACE);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            over = true;
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
