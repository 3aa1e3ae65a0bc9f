package dev.makima.daemon.command;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Carries out jobs: those of one lane one after the other, in the order they came, those of different lanes at the same
 * time.
 *
 * <p>Jobs that only read have workers of their own, so that they never wait behind the merges and pushes of other lanes,
 * which may take minutes. Each lane gives one job at a time to the workers, so a lane with a thousand jobs delays no
 * other. What waits is bounded in number and in size: what comes beyond that is refused.
 *
 * <p>Thread-safe.
 */
final class Lanes {
    private final Limits limits;
    private final ThreadPoolExecutor readers;
    private final ThreadPoolExecutor changers;
    private final Map<Object, Lane> lanes = new HashMap<>();
    private int waiting;
    private int running;
    private long characters;
    private boolean closed;

    /** What a job does to the world. */
    enum Kind {
        /** Nothing. */
        READING,
        /** It changes files, branches or a remote. */
        CHANGING
    }

    /** Something to do. */
    interface Job {
        /** Whether it only reads. */
        Kind kind();

        /** How much it holds while it waits. */
        int characters();

        /** Does it, on a worker's thread, which is interrupted when the lanes end; throws nothing. */
        void run();
    }

    /** What became of an offered job. */
    enum Offered {
        /** It will be run, unless the lanes are closed before. */
        TAKEN,
        /** Too much is waiting. */
        TOO_MANY,
        /** The lanes are closed. */
        CLOSED
    }

    /**
     * The bounds.
     *
     * @param readers jobs that read at the same time
     * @param changers jobs that change something at the same time
     * @param perLane jobs that wait in one lane
     * @param inAll jobs that wait in all lanes together
     * @param characters the size of all that wait or run together; one job alone may be larger
     */
    record Limits(int readers, int changers, int perLane, int inAll, long characters) {
        /**
         * For a daemon: a handful of git processes each, no more text than one heap can well hold, and in one lane what is
         * done in some seconds.
         */
        static final Limits DEFAULT = new Limits(4, 8, 100, 4000, 32L * 1024 * 1024);
    }

    private static final class Lane {
        private final Object key;
        private final Deque<Job> jobs = new ArrayDeque<>();

        Lane(Object key) {
            this.key = key;
        }
    }

    Lanes(Limits limits) {
        this.limits = limits;
        this.readers = pool("command-read-", limits.readers());
        this.changers = pool("command-", limits.changers());
    }

    private static ThreadPoolExecutor pool(String name, int size) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size,
                size,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().name(name, 0).daemon().factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Queues a job behind all that its lane has. Does not block. */
    synchronized Offered offer(Object key, Job job) {
        if (closed) {
            return Offered.CLOSED;
        }
        @Nullable Lane known = lanes.get(key);
        boolean full = waiting >= limits.inAll()
                || (known != null && known.jobs.size() >= limits.perLane())
                || (characters > 0 && characters + job.characters() > limits.characters());
        if (full) {
            return Offered.TOO_MANY;
        }
        Lane lane = known == null ? new Lane(key) : known;
        lane.jobs.add(job);
        waiting++;
        characters += job.characters();
        if (known == null) {
            lanes.put(key, lane);
            submitLocked(lane);
        }
        return Offered.TAKEN;
    }

    private void submitLocked(Lane lane) {
        boolean reads = lane.jobs.element().kind() == Kind.READING;
        (reads ? readers : changers).execute(() -> step(lane));
    }

    private void step(Lane lane) {
        @Nullable Job job = begin(lane);
        if (job == null) {
            return;
        }
        try {
            job.run();
        } finally {
            end(lane, job);
        }
    }

    private synchronized @Nullable Job begin(Lane lane) {
        @Nullable Job job = lane.jobs.poll();
        if (job != null) {
            waiting--;
            running++;
        }
        return job;
    }

    private synchronized void end(Lane lane, Job job) {
        running--;
        characters -= job.characters();
        if (lane.jobs.isEmpty()) {
            lanes.remove(lane.key);
        } else {
            submitLocked(lane);
        }
        notifyAll();
    }

    /** Takes no more jobs; returns those that were not begun, which never will be. */
    synchronized List<Job> close() {
        closed = true;
        List<Job> left = new ArrayList<>();
        for (Lane lane : lanes.values()) {
            left.addAll(lane.jobs);
            lane.jobs.clear();
        }
        waiting = 0;
        return left;
    }

    /** Waits until no job runs; returns false where that takes longer. */
    synchronized boolean awaitIdle(Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (running > 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /** Interrupts the jobs that run, and ends the workers. To be called on closed lanes. */
    void interrupt() {
        readers.shutdownNow();
        changers.shutdownNow();
    }
}
