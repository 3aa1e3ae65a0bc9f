package dev.makima.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Clocks for benchmarks. */
final class Timing {
    private Timing() {}

    /** Milliseconds of wall time that the work took. */
    static double millis(Callable<?> work) throws Exception {
        long begin = System.nanoTime();
        work.call();
        return (System.nanoTime() - begin) / 1e6;
    }

    /** So many figures of the work in milliseconds, after one run that is not counted. */
    static Figures repeated(String name, int runs, Callable<?> work) throws Exception {
        work.call();
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < runs; i++) {
            values.add(millis(work));
        }
        return new Figures(name, "ms", values);
    }

    /**
     * Runs a command to its end with its output thrown away.
     *
     * @throws IOException where it did not end with 0
     */
    static int command(Path directory, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        if (code != 0) {
            throw new IOException(command + " ended with " + code);
        }
        return code;
    }
}
