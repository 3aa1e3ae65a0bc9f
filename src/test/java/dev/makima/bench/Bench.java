package dev.makima.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Runs benchmarks by name and prints what they measured, with the machine's facts and the command to repeat it. */
public final class Bench {
    private static final int RUNS_DEFAULT = 5;

    /** All that there is to measure, each under its name. */
    private static final List<Benchmark> ALL = List.of(
            new StartupBenchmark(),
            new DaemonStartBenchmark(),
            new IdleMemoryBenchmark(),
            new WorktreeBenchmark(),
            new LargeWorktreeBenchmark(),
            new SpawnBenchmark(),
            new SubscriberDelayBenchmark("subscriber-delay", 20, 100),
            new SubscriberDelayBenchmark("subscriber-delay-few", 4, 25),
            new BasePeerBenchmark(),
            new OutputBasePeerBenchmark(),
            new OutputDurableBenchmark("output-durable", new Load(1, 200_000, 300)),
            new OutputDurableBenchmark("output-durable-eight", new Load(8, 50_000, 300)),
            new OutputDurableBenchmark("output-durable-long", new Load(1, 2_000, 100_000)),
            new ReadoptionBenchmark(),
            new OutputHeapBenchmark(),
            new AgentCommandBenchmark(),
            new LoadBenchmark(false),
            new LoadBenchmark(true));

    private Bench() {}

    /** Runs the benchmarks named by the arguments; "all" names all, none lists them. Exits with 1 where one failed. */
    public static void main(String[] names) {
        if (names.length == 0) {
            System.out.println("usage: scripts/bench all | NAME...\n");
            ALL.forEach(benchmark -> System.out.printf("  %-20s %s%n", benchmark.name(), benchmark.description()));
            return;
        }
        List<Benchmark> chosen = new ArrayList<>();
        for (String name : names) {
            List<Benchmark> found = ALL.stream()
                    .filter(benchmark -> name.equals("all") || name.equals(benchmark.name()))
                    .toList();
            if (found.isEmpty()) {
                System.err.println("No benchmark is called " + name + "; scripts/bench lists them.");
                System.exit(2);
            }
            chosen.addAll(found);
        }
        Machine.facts().forEach(System.out::println);
        boolean good = true;
        for (Benchmark benchmark : chosen) {
            good &= run(benchmark, System.out);
        }
        System.exit(good ? 0 : 1);
    }

    private static boolean run(Benchmark benchmark, PrintStream out) {
        int runs = runs();
        out.println();
        out.println(benchmark.name() + ": " + benchmark.description());
        out.println("  again: MAKIMA_BENCH_RUNS=" + runs + " scripts/bench " + benchmark.name());
        Path scratch = scratch();
        try {
            Path project = Path.of("").toAbsolutePath();
            benchmark
                    .run(new Benchmark.Setting(runs, project, scratch))
                    .forEach(figures -> out.println(figures.line()));
            return true;
        } catch (Benchmark.CannotMeasure missing) {
            out.println("  NOT MEASURED: " + missing.getMessage());
            return false;
        } catch (Exception | AssertionError failed) {
            out.println("  FAILED, no figure: " + failed);
            failed.printStackTrace(System.err);
            return false;
        } finally {
            delete(scratch);
        }
    }

    private static int runs() {
        String runs = System.getenv("MAKIMA_BENCH_RUNS");
        return runs == null ? RUNS_DEFAULT : Integer.parseInt(runs);
    }

    private static Path scratch() {
        try {
            return Files.createTempDirectory("makima-bench-");
        } catch (IOException refused) {
            throw new UncheckedIOException(refused);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> inside = Files.walk(directory)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException refused) {
            System.err.println("left behind: " + directory + " (" + refused + ")");
        }
    }
}
