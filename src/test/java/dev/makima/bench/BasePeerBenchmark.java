package dev.makima.bench;

import dev.makima.testkit.Await;
import dev.makima.testkit.BaseDaemon;
import dev.makima.testkit.BaseServer;
import dev.makima.testkit.HostileAgent;
import dev.makima.testkit.OutputTally;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** What the two test peers themselves can do: no figure of the daemon or the server can be better than this. */
final class BasePeerBenchmark implements Benchmark {
    private static final int LINES = 200_000;
    private static final int BYTES = 200;
    private static final String KEY = "bench";
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Override
    public String name() {
        return "test-peers";
    }

    @Override
    public String description() {
        return "200,000 taskOutput frames of 200-byte lines from the base daemon of the tests to the base server"
                + " of the tests, one JVM: the ceiling of the harness";
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        List<String> lines = HostileAgent.expectedLines(LINES, BYTES).toList();
        OutputTally expected = OutputTally.of(lines.stream());
        Vertx vertx = Vertx.vertx();
        try (BaseServer server = BaseServer.start(vertx, KEY, BaseServer.Keep.TALLIES, 0);
                BaseDaemon daemon = BaseDaemon.connect(
                        vertx, server.uri(), KEY, BaseDaemon.Identity.of("bench"), BaseDaemon.Script.none())) {
            return List.of(Timing.repeated("200,000 lines, base daemon to base server", setting.runs(), () -> {
                String taskId = UUID.randomUUID().toString();
                lines.forEach(line -> daemon.sendLater(BaseDaemon.output(taskId, line)));
                daemon.send(BaseDaemon.complete(taskId, true, null));
                server.await("taskComplete", taskId, PATIENCE);
                if (!server.tally(taskId).equals(expected)) {
                    throw new IllegalStateException("lines were lost, doubled or reordered");
                }
                return taskId;
            }));
        } finally {
            Await.value(vertx.close(), PATIENCE);
        }
    }
}
