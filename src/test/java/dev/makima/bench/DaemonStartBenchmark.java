package dev.makima.bench;

import dev.makima.testkit.Await;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How long a daemon takes to be of use. */
final class DaemonStartBenchmark implements Benchmark {
    @Override
    public String name() {
        return "daemon-start";
    }

    @Override
    public String description() {
        return "from the exec of `scripts/makima daemon` to its handshake answered; aim with the start-up cache: 600 ms";
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        Installation installation = Installation.of(setting);
        Path agent = new BenchAgents(setting.scratch()).prompt();
        Vertx vertx = Vertx.vertx();
        try (FastPeer peer = FastPeer.start(vertx)) {
            List<Double> cached = new ArrayList<>();
            List<Double> plain = new ArrayList<>();
            List<Double> cachedCpu = new ArrayList<>();
            List<Double> plainCpu = new ArrayList<>();
            start(installation, peer, agent, Map.of(), new ArrayList<>());
            for (int i = 0; i < setting.runs(); i++) {
                cached.add(start(installation, peer, agent, Map.of(), cachedCpu));
                plain.add(start(installation, peer, agent, Map.of("MAKIMA_CACHE", "no"), plainCpu));
            }
            return List.of(
                    new Figures("with the start-up cache", "ms", cached),
                    new Figures("  processor time until then", "s", cachedCpu),
                    new Figures("without the start-up cache", "ms", plain),
                    new Figures("  processor time until then", "s", plainCpu));
        } finally {
            Await.value(vertx.close(), Duration.ofSeconds(20));
        }
    }

    private static double start(
            Installation installation, FastPeer peer, Path agent, Map<String, String> variables, List<Double> cpu)
            throws Exception {
        int number = peer.handshakes() + 1;
        try (Program daemon = BaseDaemonProgram.daemon(installation, peer, agent, variables)) {
            long answered = peer.awaitHandshake(number);
            cpu.add(daemon.cpuSeconds());
            return (answered - daemon.startedNanos()) / 1e6;
        }
    }
}
