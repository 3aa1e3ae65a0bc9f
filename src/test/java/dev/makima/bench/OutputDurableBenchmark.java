package dev.makima.bench;

import java.nio.file.Path;
import java.util.List;

/** What tasks print, into the server's database; and beside it the same lines through a relay that keeps nothing. */
final class OutputDurableBenchmark implements Benchmark {
    private static final int LOADS = 3;

    private final String name;
    private final Load load;

    OutputDurableBenchmark(String name, Load load) {
        this.name = name;
        this.load = load;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return load.words()
                + ", agents to daemon to server (own processes), from the first agent's first line: until all"
                + " is committed, until all is readable as entries, until the tasks are done, for which the daemon"
                + " must have every acknowledgement; aims: 300,000 lines/s, 4 s of the daemon's processor per million"
                + " lines (of 300 bytes), 140 MB of the daemon's memory. Yardstick, in turns: a relay from pipe to"
                + " WebSocket, a frame per line, that keeps nothing";
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        Installation installation = Installation.of(setting);
        BenchAgents agents = new BenchAgents(setting.scratch());
        Path agent = load.agent(agents);
        PathCost product = new PathCost(load, agents);
        PathCost yardstick = new PathCost(load, agents);
        for (int i = 0; i < setting.runs(); i++) {
            product.measure(ServerAndDaemon.start(installation, agent), LOADS);
            yardstick.measure(PlainRelay.start(setting.scratch(), agent), LOADS);
        }
        return product.figures("daemon", "server", yardstick);
    }
}
