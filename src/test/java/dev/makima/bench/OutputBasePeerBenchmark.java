package dev.makima.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What one task prints, through the daemon to a server of the base protocol. */
final class OutputBasePeerBenchmark implements Benchmark {
    private static final int LINES = 200_000;
    private static final int BYTES = 300;
    private static final int WARM = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "output-base-peer";
    }

    @Override
    public String description() {
        return "200,000 lines of 300 bytes of one task, agent to daemon (own process) to a base server (this process):"
                + " from spawnTask to the last line received; aim: 2 s";
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        Installation installation = Installation.of(setting);
        BenchAgents agents = new BenchAgents(setting.scratch());
        Path agent = agents.lines(LINES, BYTES, 1);
        List<Double> cold = new ArrayList<>();
        List<Double> coldCpu = new ArrayList<>();
        List<Double> warm = new ArrayList<>();
        List<Double> warmCpu = new ArrayList<>();
        for (int i = 0; i < setting.runs(); i++) {
            try (BaseDaemonProgram both = BaseDaemonProgram.start(installation, agent, "")) {
                task(both, cold, coldCpu);
                for (int j = 0; j < WARM; j++) {
                    task(both, warm, warmCpu);
                }
            }
        }
        return List.of(
                new Figures("first task of a daemon", "ms", cold),
                new Figures("  its processor time", "s", coldCpu),
                new Figures("second and third task", "ms", warm),
                new Figures("  processor time of each", "s", warmCpu));
    }

    private static void task(BaseDaemonProgram both, List<Double> millis, List<Double> cpu) throws Exception {
        double before = both.daemon().cpuSeconds();
        long begin = System.nanoTime();
        FastPeer.Count count = both.peer().spawn(BaseDaemonProgram.task(), LINES, LINES);
        millis.add((count.awaitLast(PATIENCE) - begin) / 1e6);
        cpu.add(both.daemon().cpuSeconds() - before);
        both.peer().awaitSuccess(count.taskId());
    }
}
