package dev.makima.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * What several runs of one measurement gave.
 *
 * @param name what was measured
 * @param unit of the values
 * @param values one per run, in the order of the runs; at least one
 */
public record Figures(String name, String unit, List<Double> values) {
    /** Copies the values. */
    public Figures {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no figure without a run: " + name);
        }
        values = List.copyOf(values);
    }

    /** Figures from plain values. */
    public static Figures of(String name, String unit, double... values) {
        return new Figures(name, unit, DoubleStream.of(values).boxed().toList());
    }

    /** The same under another name. */
    public Figures named(String other) {
        return new Figures(other, unit, values);
    }

    /** How many times the other's median this one's is. */
    public Figures ratioTo(Figures other) {
        return of("  ratio to it", "x", median() / other.median());
    }

    /**
     * Over all values.
     *
     * @param part of the values that are not larger, from 0 to below 1: 0.99 for the 99th percentile
     */
    public double percentile(double part) {
        return sorted().get((int) (values.size() * part));
    }

    /** The smallest value. */
    public double min() {
        return sorted().getFirst();
    }

    /** The middle value, or the mean of the two middle ones. */
    public double median() {
        List<Double> sorted = sorted();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    /** The largest value. */
    public double max() {
        return sorted().getLast();
    }

    /** One line: name, minimum / median / maximum, unit, number of runs. */
    public String line() {
        return String.format(
                Locale.ROOT,
                "  %-44s %s / %s / %s %s (min / median / max of %d)",
                name,
                figure(min()),
                figure(median()),
                figure(max()),
                unit,
                values.size());
    }

    private List<Double> sorted() {
        return values.stream().sorted().toList();
    }

    /** Three digits say enough; large ones are grouped. */
    private static String figure(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : "%.2f", value);
    }
}
