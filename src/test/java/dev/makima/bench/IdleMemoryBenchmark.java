package dev.makima.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** What the memory of a daemon, and of server and daemon in one process, is when there is nothing to do. */
final class IdleMemoryBenchmark implements Benchmark {
    /** Long enough for the start's own garbage and compiler threads to be done, and for a few heartbeats. */
    private static final Duration IDLE = Duration.ofSeconds(10);

    @Override
    public String name() {
        return "idle-memory";
    }

    @Override
    public String description() {
        return "resident memory 10 s after the start: daemon (aim: 100 MB), `makima up` (aim: 160 MB); as"
                + " scripts/makima starts them, with the start-up cache";
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        Installation installation = Installation.of(setting);
        BenchAgents agents = new BenchAgents(setting.scratch());
        List<Double> daemon = new ArrayList<>();
        List<Double> both = new ArrayList<>();
        for (int i = 0; i < setting.runs(); i++) {
            try (BaseDaemonProgram running = BaseDaemonProgram.start(installation, agents.prompt(), "")) {
                daemon.add(idle(running.daemon()));
            }
            try (Program up = installation.start(
                    installation.home(),
                    Map.of(
                            "MAKIMA_DAEMON_PROCESS_CLAUDECOMMAND",
                            agents.prompt().toString()),
                    "up",
                    "--port",
                    "0")) {
                up.printed("server is at (\\S+)");
                both.add(idle(up));
            }
        }
        return List.of(new Figures("daemon", "MB", daemon), new Figures("server and daemon", "MB", both));
    }

    private static double idle(Program program) throws Exception {
        // Nothing is awaited here: the idle time itself is what is measured.
        LockSupport.parkNanos(IDLE.toNanos());
        if (!program.isAlive()) {
            throw new IllegalStateException("it has ended");
        }
        return program.residentMegabytes();
    }
}
