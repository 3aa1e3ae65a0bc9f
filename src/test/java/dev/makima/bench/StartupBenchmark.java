package dev.makima.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** How long the command line takes to say something. */
final class StartupBenchmark implements Benchmark {
    @Override
    public String name() {
        return "startup";
    }

    @Override
    public String description() {
        return "wall time of `scripts/makima --help`, from exec to exit";
    }

    @Override
    public List<Figures> run(Setting setting) throws Exception {
        Path launcher = setting.project().resolve("scripts/makima");
        if (!Files.isExecutable(launcher)) {
            throw new CannotMeasure("scripts/makima is not there");
        }
        List<String> command = List.of(launcher.toString(), "--help");
        return List.of(Timing.repeated(
                "makima --help", setting.runs(), () -> Timing.command(setting.project(), Map.of(), command)));
    }
}
