package dev.makima.cli.local;

import dev.makima.cli.core.ExitCode;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs until it ends by itself or a signal asks for the end. */
public final class Service {
    /** Waits for an end, and throws what it ended of. */
    public interface Await {
        /** Blocks; the exit code that goes with an end which is no failure. */
        int await() throws InterruptedException;
    }

    private Service() {}

    /**
     * Blocks until either, then closes. A second signal does not wait for the closing.
     *
     * @return 0 where a signal asked for the end, else what it ended with by itself
     */
    public static int untilStopped(Await ended, Runnable close) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        AtomicInteger code = new AtomicInteger(ExitCode.OK);
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        Interrupts.handle(over::countDown, () -> Runtime.getRuntime().halt(ExitCode.INTERRUPTED));
        Thread.ofPlatform().daemon().name("makima-service").start(() -> {
            try {
                code.set(ended.await());
            } catch (RuntimeException e) {
                failure.set(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            over.countDown();
        });
        over.await();
        RuntimeException failed = failure.get();
        try {
            close.run();
        } catch (RuntimeException e) {
            if (failed == null) {
                throw e;
            }
            failed.addSuppressed(e);
        }
        if (failed != null) {
            throw failed;
        }
        return code.get();
    }
}
