package dev.makima.bench;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Many measured values, kept without an object for each: what is made to live long lengthens the pauses of the one who measures,
 * and those would be taken for the server's. Thread-safe.
 */
final class Samples {
    private double[] values = new double[1 << 20];
    private int size;

    synchronized void add(double value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] = value;
    }

    /** All so far, in the order in which they came. */
    synchronized List<Double> all() {
        return Arrays.stream(values, 0, size).boxed().collect(Collectors.toList());
    }
}
