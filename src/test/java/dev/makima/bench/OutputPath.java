package dev.makima.bench;

import java.time.Duration;

/** Two processes of which one takes what agents print to the other. */
interface OutputPath extends AutoCloseable {
    /** The longest that one load may take. */
    Duration PATIENCE = Duration.ofMinutes(3);

    /** The process on the agents' side. */
    Program near();

    /** The process on the other side. */
    Program far();

    /**
     * Has the agents print a load, and waits until all of it is there and what belongs to it is done.
     *
     * @return how long each step took, in milliseconds from when the first agent began to print
     */
    Arrival carry(Load load, BenchAgents agents) throws Exception;

    @Override
    void close();

    /**
     * When a load was there.
     *
     * @param there when the last line was where it belongs
     * @param readable when it could be read there as what it is
     * @param done when nobody had anything left to do with it
     */
    record Arrival(double there, double readable, double done) {}
}
