package dev.makima.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How long agents are without a daemon when theirs is killed and another one is started. */
final class ReadoptionBenchmark implements Benchmark {
    private static final int AGENTS = 20;
    private static final long PATIENCE_SECONDS = 60;

    @Override
    public String name() {
        return "re-adoption";
    }

    @Override
    public String description() {
        return "a daemon with " + AGENTS
                + " live agents is killed, each agent says a line, and a new daemon is started:"
                + " from its exec until the first and until the last of all " + AGENTS
                + " lines is at its task's subscriber; aim: 1,000 ms";
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        Installation installation = Installation.of(setting);
        List<Double> first = new ArrayList<>();
        List<Double> all = new ArrayList<>();
        List<Double> cpu = new ArrayList<>();
        try (ServerAndDaemon both = ServerAndDaemon.start(installation, new BenchAgents(setting.scratch()).relay())) {
            Round round = new Round();
            FifoTasks tasks = new FifoTasks(both, setting.scratch(), AGENTS, (task, _) -> round.heard(task));
            round.sayAndAwait(tasks);
            for (int i = 0; i < setting.runs(); i++) {
                both.daemon().kill();
                round.say(tasks);
                both.startDaemon();
                round.await();
                first.add((round.firstHeard - both.daemon().startedNanos()) / 1e6);
                all.add((round.lastHeard - both.daemon().startedNanos()) / 1e6);
                cpu.add(both.daemon().cpuSeconds());
            }
            tasks.end();
        }
        return List.of(
                new Figures("the first agent's line", "ms", first),
                new Figures("the last agent's line", "ms", all),
                new Figures("processor time of the daemon until then", "s", cpu));
    }

    /** One line of each agent. */
    private static final class Round {
        private final Set<Integer> missing = ConcurrentHashMap.newKeySet();
        private volatile CountDownLatch over = new CountDownLatch(0);
        private volatile long firstHeard;
        private volatile long lastHeard;

        void say(FifoTasks tasks) throws Exception {
            over = new CountDownLatch(1);
            for (int i = 0; i < AGENTS; i++) {
                missing.add(i);
            }
            for (int i = 0; i < AGENTS; i++) {
                tasks.say(i);
            }
        }

        synchronized void heard(int task) {
            if (!missing.remove(task)) {
                throw new IllegalStateException("task " + task + " said a line twice");
            }
            long now = System.nanoTime();
            if (missing.size() == AGENTS - 1) {
                firstHeard = now;
            }
            if (missing.isEmpty()) {
                lastHeard = now;
                over.countDown();
            }
        }

        void await() throws InterruptedException {
            if (!over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nothing came of the tasks " + missing);
            }
        }

        void sayAndAwait(FifoTasks tasks) throws Exception {
            say(tasks);
            await();
        }
    }
}
