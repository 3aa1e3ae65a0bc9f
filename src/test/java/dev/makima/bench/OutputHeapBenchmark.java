package dev.makima.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** More output than any heap holds, through a daemon with a small one. */
final class OutputHeapBenchmark implements Benchmark {
    private static final int LINES = 20_000;
    private static final int BYTES = 1_000;
    private static final int TIMES = 100;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Override
    public String name() {
        return "output-heap";
    }

    @Override
    public String description() {
        return "2 GB of one task (2,000,000 lines of 1,000 bytes) through a daemon with -Xmx96m to a base server: it"
                + " passes or fails";
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        Installation installation = Installation.of(setting);
        Path agent = new BenchAgents(setting.scratch()).lines(LINES, BYTES, TIMES);
        try (BaseDaemonProgram both = BaseDaemonProgram.start(installation, agent, "-Xmx96m")) {
            long begin = System.nanoTime();
            FastPeer.Count count = both.peer().spawn(BaseDaemonProgram.task(), (long) LINES * TIMES, LINES);
            double seconds = (count.awaitLast(PATIENCE) - begin) / 1e9;
            both.peer().awaitSuccess(count.taskId());
            return List.of(
                    Figures.of("2 GB, every line in its order", "s", seconds),
                    Figures.of("  peak resident memory", "MB", both.daemon().peakMegabytes()),
                    Figures.of("  processor time", "s", both.daemon().cpuSeconds()));
        }
    }
}
