package dev.makima.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.makima.base.RunId;
import dev.makima.base.TaskId;
import dev.makima.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** One run in a temporary directory with agents written in sh; closing it ends them and proves that nothing is left. */
final class Agents implements AutoCloseable {
    static final Duration LONG = Duration.ofSeconds(20);
    private static final Map<String, String> ENVIRONMENT = Map.of("PATH", "/usr/bin:/bin");

    final Path work;
    final Path root;
    final TaskId task = new TaskId(UUID.randomUUID());
    final RunId run = new RunId(UUID.randomUUID());
    final RunSpool spool;
    private final Containment containment;
    private final List<Launch> launches = new ArrayList<>();

    Agents(Path directory) {
        this(directory.resolve("spool"), directory);
    }

    Agents(Path root, Path work) {
        this(root, work, Containment.system());
    }

    Agents(Path root, Path work, Containment containment) {
        this.containment = containment;
        this.work = work;
        this.root = root;
        this.spool = RunSpool.create(root, task, run);
    }

    /** Starts a script in sh. */
    Launch sh(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script, "script"));
        command.addAll(List.of(arguments));
        return start(new LaunchSpec(command, work, ENVIRONMENT));
    }

    Launch start(LaunchSpec spec) {
        return start(spec, ShellTools.system());
    }

    Launch start(LaunchSpec spec, ShellTools tools) {
        return keep(Launch.start(spool, spool.lastLaunch() + 1, spec, Optional.empty(), tools, containment));
    }

    Launch keep(Launch launch) {
        launches.add(launch);
        return launch;
    }

    /** Waits for the end and gives the state. */
    static LaunchState ended(Launch launch) {
        await("the end of " + launch.directory(), () -> launch.state().isFinal());
        return launch.state();
    }

    static ProcessIdentity running(Launch launch) {
        await("the start of " + launch.directory(), () -> launch.identity().isPresent());
        return launch.identity().orElseThrow();
    }

    /** Whether a process has that number, and is no zombie. */
    static boolean isAlive(long pid) {
        return ProcFs.system().identity(pid).filter(ProcFs.system()::isAlive).isPresent();
    }

    /** Whether exactly this process lives. */
    static boolean isAlive(ProcessIdentity process) {
        return ProcFs.system().isAlive(process);
    }

    /** Looks again and again, with short pauses, until it is so; fails after 20 s. */
    static void await(String what, BooleanSupplier condition) {
        Await.until(LONG, what, condition);
    }

    @Override
    public void close() {
        for (Launch launch : launches) {
            assertThat(launch.processes().terminate(Duration.ZERO)).isEmpty();
            ended(launch);
        }
        for (Launch launch : launches) {
            await("no process of the run", () -> launch.processes().carriers().isEmpty());
            assertThat(spool.cgroups().cgroups()).isEmpty();
        }
    }
}
