package dev.makima.bench;

import java.util.List;

/** How long the command line takes to say something. */
final class StartupBenchmark implements Benchmark {
    @Override
    public String name() {
        return "startup";
    }

    @Override
    public String description() {
        return "wall time of `scripts/makima --help`, from exec to exit; aim: 300 ms";
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        Installation installation = Installation.of(setting);
        return List.of(Timing.repeated("makima --help", setting.runs(), () -> {
            installation.command("--help");
            return installation;
        }));
    }
}
