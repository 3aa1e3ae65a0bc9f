package dev.makima.bench;

import dev.makima.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What one task prints, into the server's database. */
final class OutputDurableBenchmark implements Benchmark {
    private static final int LINES = 200_000;
    private static final int BYTES = 300;
    private static final int WARM = 2;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<Double> cold = new ArrayList<>();
    private final List<Double> coldReadable = new ArrayList<>();
    private final List<Double> warm = new ArrayList<>();
    private final List<Double> warmReadable = new ArrayList<>();
    private final List<Double> done = new ArrayList<>();
    private final List<Double> rate = new ArrayList<>();
    private final List<Double> daemonCpu = new ArrayList<>();
    private final List<Double> serverCpu = new ArrayList<>();

    @Override
    public String name() {
        return "output-durable";
    }

    @Override
    public String description() {
        return "200,000 lines of 300 bytes of one task, agent to daemon to server (own processes), from the agent's"
                + " first line: until all is committed (aim: 3 s), until all is readable as entries (aim: 2 s more),"
                + " until the task is done, for which the daemon must have every acknowledgement";
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        Installation installation = Installation.of(setting);
        BenchAgents agents = new BenchAgents(setting.scratch());
        Path agent = agents.lines(LINES, BYTES, 1);
        for (int i = 0; i < setting.runs(); i++) {
            try (ServerAndDaemon both = ServerAndDaemon.start(installation, agent)) {
                task(both, agents, cold, coldReadable);
                for (int j = 0; j < WARM; j++) {
                    task(both, agents, warm, warmReadable);
                }
            }
        }
        return List.of(
                new Figures("committed, first task of both processes", "ms", cold),
                new Figures("  readable as entries after that", "ms", coldReadable),
                new Figures("committed, second and third task", "ms", warm),
                new Figures("  readable as entries after that", "ms", warmReadable),
                new Figures("done at the server, all tasks", "ms", done),
                new Figures("committed lines", "lines/s", rate),
                new Figures("processor time of the daemon", "s per million lines", daemonCpu),
                new Figures("processor time of the server", "s per million lines", serverCpu));
    }

    private void task(ServerAndDaemon both, BenchAgents agents, List<Double> committed, List<Double> readable)
            throws Exception {
        agents.forget();
        double daemonBefore = both.daemon().cpuSeconds();
        double serverBefore = both.server().cpuSeconds();
        String task = both.client().start("go");
        Await.until(PATIENCE, "all lines to be committed", () -> stored(both, task) > (long) LINES * (BYTES + 1));
        double millis = agents.nanosSinceBegun() / 1e6;
        Await.until(PATIENCE, "all lines to be entries", () -> hasEntry(both, task, LINES));
        double entries = agents.nanosSinceBegun() / 1e6;
        both.awaitDone(task, PATIENCE);
        committed.add(millis);
        readable.add(entries - millis);
        done.add(agents.nanosSinceBegun() / 1e6);
        rate.add(LINES / millis * 1e3);
        daemonCpu.add((both.daemon().cpuSeconds() - daemonBefore) / LINES * 1e6);
        serverCpu.add((both.server().cpuSeconds() - serverBefore) / LINES * 1e6);
    }

    private static long stored(ServerAndDaemon both, String task) {
        try {
            return both.client().stored(task);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The entries are numbered from 1; the first is the agent's own beginning. */
    private static boolean hasEntry(ServerAndDaemon both, String task, int after) {
        try {
            return !both.client()
                    .get("/mesh/tasks/" + task + "/output?limit=1&after=" + after)
                    .getJsonArray("entries")
                    .isEmpty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
