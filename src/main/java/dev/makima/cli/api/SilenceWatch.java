package dev.makima.cli.api;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Closes a stream that has been silent for too long, so that its reader wakes up: a dead peer sends no end.
 *
 * <p>Any thread may call it.
 */
final class SilenceWatch implements AutoCloseable {
    private final InputStream watched;
    private final Duration limit;
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile long heardAt = System.nanoTime();

    SilenceWatch(InputStream watched, Duration limit) {
        this.watched = watched;
        this.limit = limit;
        Thread.ofVirtual().name("makima-silence-watch").start(this::watch);
    }

    /** Something came. */
    void heard() {
        heardAt = System.nanoTime();
    }

    private void watch() {
        try {
            while (!done.await(limit.toMillis() / 4, TimeUnit.MILLISECONDS)) {
                if (System.nanoTime() - heardAt > limit.toNanos()) {
                    watched.close();
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // It is broken already, which is what closing was for: the reader has been woken by the same failure.
        }
    }

    @Override
    public void close() {
        done.countDown();
    }
}
