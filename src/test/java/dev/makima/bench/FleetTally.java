package dev.makima.bench;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What all simulated daemons together have sent and been told. Thread-safe. */
final class FleetTally {
    /** How many daemons there are. */
    static final int DAEMONS = 200;

    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger authenticated = new AtomicInteger();
    private final AtomicInteger ready = new AtomicInteger();
    private final AtomicInteger printed = new AtomicInteger();
    private final AtomicInteger missed = new AtomicInteger();
    private final AtomicInteger events = new AtomicInteger();
    private final Set<String> spawned = ConcurrentHashMap.newKeySet();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong acknowledged = new AtomicLong();
    private final Samples beats = new Samples();
    private final Samples acknowledgements = new Samples();
    private volatile long lastSpawn;
    private volatile long lastAcknowledged;

    void authenticated() {
        authenticated.incrementAndGet();
    }

    void ready() {
        ready.incrementAndGet();
    }

    void spawned(String taskId) {
        spawned.add(taskId);
        lastSpawn = System.nanoTime();
    }

    void eventsApplied(int number) {
        events.addAndGet(number);
    }

    void sent() {
        sent.incrementAndGet();
    }

    void printed() {
        printed.incrementAndGet();
    }

    void acknowledged(long nanos) {
        lastAcknowledged = System.nanoTime();
        acknowledgements.add(nanos / 1e6);
        acknowledged.incrementAndGet();
    }

    void beatAnswered(long nanos) {
        beats.add(nanos / 1e6);
    }

    /** A heartbeat was due, and the one before was not answered yet. */
    void missed() {
        missed.incrementAndGet();
    }

    void unanswered(int number) {
        if (number > 1) {
            failed(number + " heartbeats of one daemon were never answered");
        }
    }

    void failed(String what) {
        failures.add(what);
    }

    int daemonsAuthenticated() {
        return authenticated.get();
    }

    int daemonsReady() {
        return ready.get();
    }

    int daemonsPrinted() {
        return printed.get();
    }

    int heartbeatsMissed() {
        return missed.get();
    }

    int eventsApplied() {
        return events.get();
    }

    int tasksSpawned() {
        return spawned.size();
    }

    List<String> tasks() {
        return List.copyOf(spawned);
    }

    long lastSpawnNanos() {
        return lastSpawn;
    }

    long linesSent() {
        return sent.get();
    }

    long linesAcknowledged() {
        return acknowledged.get();
    }

    long lastAcknowledgedNanos() {
        return lastAcknowledged;
    }

    /** How long each line took from being sent to being acknowledged, in milliseconds. */
    List<Double> acknowledgements() {
        return acknowledgements.all();
    }

    /** How long each heartbeat took to be answered, in milliseconds. */
    List<Double> beats() {
        return beats.all();
    }

    /** Ends the measurement where something went wrong that must not. */
    void check() {
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.size() + " things went wrong, first: "
                    + List.copyOf(failures).getFirst());
        }
    }
}
