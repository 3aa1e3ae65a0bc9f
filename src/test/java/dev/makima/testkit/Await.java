package dev.makima.testkit;

import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting with a deadline, for test threads only (never on an event loop). */
public final class Await {
    private static final long SHORTEST_POLL_NANOS = 1_000_000;
    private static final long LONGEST_POLL_NANOS = 100_000_000;

    private Await() {}

    /**
     * Polls, ever more seldom: every 1 ms at first, every 100 ms after 800 ms. A condition may cost a request or a look at
     * all processes of the machine, and takes that from what is waited for. Only for state outside this process that
     * can signal nobody: files and processes. What happens inside is awaited by {@link Recording} or a future.
     *
     * @param what completes the sentence "Waited 5 s for …"
     * @throws AssertionError where the condition did not hold in time
     */
    public static void until(Duration patience, String what, BooleanSupplier condition) {
        until(patience, SHORTEST_POLL_NANOS, LONGEST_POLL_NANOS, what, condition);
    }

    /**
     * The same at an even pace, for what takes seconds: to be asked costs a program that has just begun more than what it is
     * asked about.
     */
    public static void until(Duration patience, Duration pace, String what, BooleanSupplier condition) {
        until(patience, pace.toNanos(), pace.toNanos(), what, condition);
    }

    private static void until(
            Duration patience, long shortestNanos, long longestNanos, String what, BooleanSupplier condition) {
        long begun = System.nanoTime();
        while (true) {
            // Taken before the look: the last one comes after the deadline however long this thread did not run.
            long waited = System.nanoTime() - begun;
            if (condition.getAsBoolean()) {
                return;
            }
            if (waited > patience.toNanos()) {
                throw new AssertionError("Waited " + patience + " for " + what);
            }
            LockSupport.parkNanos(Math.clamp(waited / 8, shortestNanos, longestNanos));
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("Interrupted while waiting for " + what);
            }
        }
    }

    /** Waits until a file is there. */
    public static Path file(Path file, Duration patience) {
        until(patience, file + " to exist", () -> Files.exists(file));
        return file;
    }

    /** Waits until no process with this id is left; a zombie counts as gone. */
    public static void gone(long pid, Duration patience) {
        until(patience, "process " + pid + " to end", () -> !alive(pid));
    }

    /** Whether a process runs; false for zombies, which {@link ProcessHandle#isAlive()} takes for alive. */
    public static boolean alive(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The name in parentheses may itself hold spaces and parentheses.
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (java.io.IOException ended) {
            // No such entry, or it went away between open and read (ESRCH): in both cases the process is gone.
            return false;
        }
    }

    /**
     * The value of a Vert.x future.
     *
     * @throws AssertionError where it failed or did not complete in time
     */
    public static <T> T value(Future<T> future, Duration patience) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new AssertionError("The future failed: " + failed.getCause(), failed.getCause());
        } catch (TimeoutException late) {
            throw new AssertionError("The future was not completed within " + patience, late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted while waiting for a future", interrupted);
        }
    }
}
