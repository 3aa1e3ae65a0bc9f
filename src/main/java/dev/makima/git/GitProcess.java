package dev.makima.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A started git: its pipes are served while it runs, and it ends in time, with all that it started. */
final class GitProcess {
    private static final int STDERR_LIMIT = 16 * 1024;
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final Process process;
    private final Drain stdout;
    private final Drain stderr;

    /** Starts to serve the pipes. The input, if any, is written on a thread of its own: git may answer first. */
    GitProcess(Process process, byte @Nullable [] input, int outputLimit) {
        this.process = process;
        this.stdout = new Drain(process.getInputStream(), outputLimit, false);
        this.stderr = new Drain(process.getErrorStream(), STDERR_LIMIT, true);
        start("git-stdout", stdout);
        start("git-stderr", stderr);
        if (input == null) {
            closeQuietly(process.getOutputStream());
        } else {
            start("git-stdin", () -> write(process.getOutputStream(), input));
        }
    }

    /**
     * Waits for the end.
     *
     * @return the result, or null where the time was up and the process was ended
     * @throws InterruptedException where the calling thread was interrupted; the process is gone by then
     */
    @Nullable
    GitResult await(Duration limit) throws InterruptedException {
        boolean ended;
        try {
            ended = process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            kill();
            throw e;
        }
        if (!ended) {
            kill();
            return null;
        }
        // A helper that git left behind (a credential cache) may hold the pipes: what is there by then is all.
        stdout.join(GRACE);
        stderr.join(GRACE);
        return new GitResult(
                process.exitValue(), stdout.bytes(), stdout.truncated(), GitFailure.withoutPasswords(stderr.text()));
    }

    /**
     * First asks, so that git removes its lock files and half-made things; what lives on after the grace is killed.
     * Descendants are collected before their parents die, since nothing leads to them afterwards.
     */
    private void kill() {
        List<ProcessHandle> tree = new ArrayList<>();
        process.descendants().forEach(tree::add);
        process.destroy();
        tree.forEach(ProcessHandle::destroy);
        boolean interrupted = waitQuietly();
        process.descendants().forEach(tree::add);
        List.copyOf(tree).forEach(handle -> handle.descendants().forEach(tree::add));
        process.destroyForcibly();
        tree.forEach(ProcessHandle::destroyForcibly);
        interrupted |= waitQuietly();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean waitQuietly() {
        try {
            process.waitFor(GRACE.toNanos(), TimeUnit.NANOSECONDS);
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private static void write(OutputStream stdin, byte[] input) {
        try (stdin) {
            stdin.write(input);
        } catch (IOException e) {
            // Git ended without reading it all; its exit code says why.
        }
    }

    private static void closeQuietly(OutputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // Git is gone already; its exit code says why.
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = Thread.ofPlatform().daemon().name(name).unstarted(work);
        if (work instanceof Drain drain) {
            drain.thread = thread;
        }
        thread.start();
    }

    /** Reads a pipe to its end and keeps a bounded part: the first bytes of an output, the last of an error. */
    private static final class Drain implements Runnable {
        private final InputStream pipe;
        private final int limit;
        private final boolean keepsEnd;
        private byte[] kept = new byte[0];
        private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        private boolean truncated;
        private @Nullable Thread thread;

        Drain(InputStream pipe, int limit, boolean keepsEnd) {
            this.pipe = pipe;
            this.limit = limit;
            this.keepsEnd = keepsEnd;
        }

        @Override
        public void run() {
            byte[] chunk = new byte[8192];
            try {
                for (int count = pipe.read(chunk); count >= 0; count = pipe.read(chunk)) {
                    keep(chunk, count);
                }
            } catch (IOException e) {
                // Closed under us when the process was killed: nobody reads this result.
            }
        }

        private synchronized void keep(byte[] chunk, int count) {
            if (keepsEnd) {
                buffer.write(chunk, 0, count);
                if (buffer.size() > 2 * limit) {
                    byte[] all = buffer.toByteArray();
                    buffer.reset();
                    buffer.write(all, all.length - limit, limit);
                }
                return;
            }
            int room = Math.min(count, limit - buffer.size());
            buffer.write(chunk, 0, room);
            truncated |= room < count;
        }

        void join(Duration atMost) throws InterruptedException {
            if (thread != null) {
                thread.join(atMost);
            }
        }

        synchronized byte[] bytes() {
            if (kept.length == 0) {
                kept = buffer.toByteArray();
            }
            return kept;
        }

        synchronized boolean truncated() {
            return truncated;
        }

        String text() {
            return new String(bytes(), StandardCharsets.UTF_8);
        }
    }
}
