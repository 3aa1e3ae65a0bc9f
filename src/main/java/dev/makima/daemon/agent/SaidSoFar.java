package dev.makima.daemon.agent;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a process has printed since its start, up to a bound that no login needs. Thread-safe. */
final class SaidSoFar {
    private static final int CHARACTERS_MAX = 64 << 10;

    private final StringBuilder said = new StringBuilder();
    private boolean ended;

    private SaidSoFar() {}

    /** Listens to a process on a thread of its own, which ends with its output. */
    static SaidSoFar by(Process process) {
        SaidSoFar heard = new SaidSoFar();
        Thread.ofPlatform().daemon().name("agent-login").start(() -> heard.listen(process));
        return heard;
    }

    private void listen(Process process) {
        try (Reader reader = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            char[] buffer = new char[4096];
            int read = reader.read(buffer);
            while (read >= 0) {
                add(buffer, read);
                read = reader.read(buffer);
            }
            process.waitFor();
        } catch (IOException | InterruptedException e) {
            // It is over, then: whoever waits sees what it said.
        } finally {
            end();
        }
    }

    private synchronized void add(char[] buffer, int read) {
        said.append(buffer, 0, Math.min(read, CHARACTERS_MAX - said.length()));
        notifyAll();
    }

    private synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** All of it. */
    synchronized String text() {
        return said.toString();
    }

    /** All of it, once it is enough or the process has ended; null where neither comes in time. Blocking. */
    synchronized @Nullable String await(Predicate<String> enough, Duration within) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!ended && !enough.test(said.toString())) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return null;
            }
            wait(left);
        }
        return said.toString();
    }
}
