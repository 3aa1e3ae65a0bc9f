package dev.makima.bench;

import dev.makima.testkit.TestRepository;
import java.util.ArrayList;
import java.util.List;

/** What the daemon adds to the worktree that a task needs in any case. */
final class SpawnBenchmark implements Benchmark {
    private static final int FILES = 5_000;

    @Override
    public String name() {
        return "spawn-to-first-line";
    }

    @Override
    public String description() {
        return "from spawnTask to the agent's first line at a base server, in a local repository of 5,000 files, against"
                + " `git worktree add -b` by hand, in turns; aim: 40 ms more";
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        Installation installation = Installation.of(setting);
        TestRepository repository = TestRepository.create(setting.scratch().resolve("repository"), FILES);
        List<Double> byHand = new ArrayList<>();
        List<Double> byDaemon = new ArrayList<>();
        List<Double> more = new ArrayList<>();
        try (BaseDaemonProgram both =
                BaseDaemonProgram.start(installation, new BenchAgents(setting.scratch()).prompt(), "")) {
            // Not counted: a daemon's first task also pays for what it has never done before.
            pair(setting, repository, both, "warm", byHand, byDaemon);
            byHand.clear();
            double first = byDaemon.removeFirst();
            for (int i = 0; i < setting.runs(); i++) {
                pair(setting, repository, both, "work-" + i, byHand, byDaemon);
                more.add(byDaemon.getLast() - byHand.getLast());
            }
            return List.of(
                    new Figures("git worktree add by hand", "ms", byHand),
                    new Figures("spawnTask to the first line", "ms", byDaemon),
                    new Figures("  difference of each pair", "ms", more),
                    Figures.of("the daemon's very first task", "ms", first));
        }
    }

    private static void pair(
            Setting setting,
            TestRepository repository,
            BaseDaemonProgram both,
            String branch,
            List<Double> byHand,
            List<Double> byDaemon)
            throws Exception {
        byHand.add(Timing.millis(() -> repository.worktree(setting.scratch().resolve(branch), branch)));
        long begin = System.nanoTime();
        FastPeer.Count count = both.peer()
                .spawn(
                        BaseDaemonProgram.task()
                                .put("repoUrl", repository.directory().toString()),
                        0,
                        1);
        byDaemon.add((count.awaitFirst() - begin) / 1e6);
        both.peer().awaitSuccess(count.taskId());
    }
}
