package dev.makima.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Somebody who looks at the list of tasks again and again, at times of his own, however long an answer takes. */
final class FleetLister implements AutoCloseable {
    private final ServerClient client;
    private final String path;
    private final long everyNanos;
    private final FleetTally tally;
    private final Thread thread;
    private final List<Double> millis = new ArrayList<>();
    private volatile boolean over;

    /** Begins to look at the path, so often in each second. */
    FleetLister(ServerClient client, String path, int perSecond, FleetTally tally) {
        this.client = client;
        this.path = path;
        this.everyNanos = 1_000_000_000L / perSecond;
        this.tally = tally;
        this.thread = Thread.ofPlatform().name("lister").start(this::run);
    }

    private void run() {
        long due = System.nanoTime();
        while (!over) {
            while (due - System.nanoTime() > 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            try {
                client.get(path);
            } catch (IOException e) {
                tally.failed("GET " + path + ": " + e);
                return;
            } catch (InterruptedException e) {
                return;
            }
            // From when it was due: where one answer is late, those who wait behind it are not left out.
            millis.add((System.nanoTime() - due) / 1e6);
            due += everyNanos;
        }
    }

    /** Ends, and gives how long each answer took from when it was due, in milliseconds. */
    List<Double> end() throws InterruptedException {
        close();
        thread.join();
        return millis;
    }

    @Override
    public void close() {
        over = true;
    }
}
