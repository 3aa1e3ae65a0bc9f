package dev.makima.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How long what an agent says takes to be seen. */
final class SubscriberDelayBenchmark implements Benchmark {
    private static final int SECONDS = 10;
    private static final int WARM_UP_SECONDS = 3;
    private static final long PATIENCE_SECONDS = 60;

    private final String name;
    private final int tasks;
    private final int linesPerSecond;

    /**
     * With so many tasks.
     *
     * @param linesPerSecond of each of them
     */
    SubscriberDelayBenchmark(String name, int tasks, int linesPerSecond) {
        this.name = name;
        this.tasks = tasks;
        this.linesPerSecond = linesPerSecond;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return "from an agent's write to the event at a subscriber of its task (SSE); " + tasks + " tasks say "
                + linesPerSecond + " lines/s each for " + SECONDS + " s, server and daemon in processes of their own;"
                + " aim: 99 of 100 within 50 ms";
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        Installation installation = Installation.of(setting);
        List<Double> medians = new ArrayList<>();
        List<Double> tails = new ArrayList<>();
        List<Double> serverCpu = new ArrayList<>();
        List<Double> daemonCpu = new ArrayList<>();
        double thousands = (WARM_UP_SECONDS + SECONDS) * tasks * linesPerSecond / 1000.0;
        try (ServerAndDaemon both = ServerAndDaemon.start(installation, new BenchAgents(setting.scratch()).relay())) {
            for (int i = 0; i < setting.runs(); i++) {
                double serverBefore = both.server().cpuSeconds();
                double daemonBefore = both.daemon().cpuSeconds();
                Figures delays = delays(both, setting);
                serverCpu.add((both.server().cpuSeconds() - serverBefore) * 1000 / thousands);
                daemonCpu.add((both.daemon().cpuSeconds() - daemonBefore) * 1000 / thousands);
                medians.add(delays.median());
                tails.add(delays.percentile(0.99));
            }
        }
        return List.of(
                new Figures("median of all lines", "ms", medians),
                new Figures("99th percentile", "ms", tails),
                new Figures("server: processor, all told", "ms per 1,000 lines", serverCpu),
                new Figures("daemon: processor, all told", "ms per 1,000 lines", daemonCpu));
    }

    /** All delays but the first ones. */
    private Figures delays(ServerAndDaemon both, Setting setting) throws Exception {
        int perSecond = tasks * linesPerSecond;
        int warmUp = WARM_UP_SECONDS * perSecond;
        int lines = warmUp + SECONDS * perSecond;
        List<Double> delays = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch left = new CountDownLatch(lines);
        FifoTasks fifos = new FifoTasks(both, setting.scratch(), tasks, (_, saidAt) -> {
            delays.add((System.nanoTime() - saidAt) / 1e6);
            left.countDown();
        });
        long begin = System.nanoTime();
        for (int i = 0; i < lines; i++) {
            long due = begin + i * 1_000_000_000L / perSecond;
            while (due - System.nanoTime() > 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            fifos.say(i % tasks);
        }
        if (!left.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(left.getCount() + " lines were not seen");
        }
        fifos.end();
        return new Figures("delays", "ms", delays.subList(warmUp, lines));
    }
}
