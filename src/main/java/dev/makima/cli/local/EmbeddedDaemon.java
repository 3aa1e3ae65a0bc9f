package dev.makima.cli.local;

import dev.makima.cli.core.ExitCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * A daemon beside its server in one process. Where the server asks for a restart it is replaced by another in the same
 * place: the process stays, since its server serves others, and no process manager need be there. Thread-safe.
 */
final class EmbeddedDaemon {
    private static final System.Logger LOG = System.getLogger(EmbeddedDaemon.class.getName());

    private final Supplier<DaemonProgram> starter;
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final Object lock = new Object();
    private DaemonProgram current;
    private boolean closed;

    /** Starts the first; throws what it cannot be started of. */
    EmbeddedDaemon(Supplier<DaemonProgram> starter) {
        this.starter = starter;
        this.current = starter.get();
        Thread.ofPlatform().daemon().name("makima-daemon-keeper").start(this::keep);
    }

    private void keep() {
        try {
            while (now().await() == ExitCode.RESTART && restart()) {
                LOG.log(System.Logger.Level.INFO, "the daemon was started anew, as its server asked");
            }
            over.complete(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            over.complete(null);
        } catch (RuntimeException e) {
            over.completeExceptionally(e);
        }
    }

    private DaemonProgram now() {
        synchronized (lock) {
            return current;
        }
    }

    /** Nothing of the old one is left when the new one takes its place on the disk; not after {@link #close}. */
    private boolean restart() {
        synchronized (lock) {
            if (!closed) {
                current.close();
                current = starter.get();
            }
            return !closed;
        }
    }

    /** Waits until it has ended by itself, and throws what it ended of; returns where it was closed. */
    void await() throws InterruptedException {
        try {
            over.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        }
    }

    /** Stops it, its agents as configured; waits at most 50 s, and as long again where it is being restarted. */
    void close() {
        synchronized (lock) {
            closed = true;
            current.close();
        }
    }
}
