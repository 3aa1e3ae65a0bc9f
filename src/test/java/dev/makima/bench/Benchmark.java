package dev.makima.bench;

import java.nio.file.Path;
import java.util.List;

/** One benchmark. It prints nothing itself and returns only what it measured. */
public interface Benchmark {
    /** The name by which it is asked for. */
    String name();

    /** One sentence: what is measured, from when to when. */
    String description();

    /**
     * Measures.
     *
     * @param setting how often and where
     * @throws CannotMeasure where something that it needs is not there
     * @throws Exception where what is measured went wrong; the run then has no figure
     */
    List<Figures> run(Setting setting) throws Exception;

    /**
     * How a benchmark runs.
     *
     * @param runs how many measurements one figure is made of, warm-up not counted
     * @param project the project's directory
     * @param scratch an empty directory of its own, deleted afterwards
     */
    record Setting(int runs, Path project, Path scratch) {}

    /** Says what is missing, in place of a figure. */
    final class CannotMeasure extends Exception {
        private static final long serialVersionUID = 1;

        /** With what is missing. */
        public CannotMeasure(String what) {
            super(what);
        }
    }
}
