package dev.makima.cli.command.services;

import dev.makima.cli.command.base.Base;
import dev.makima.cli.core.ExitCode;
import dev.makima.cli.core.Surroundings;
import dev.makima.cli.local.DaemonDrain;
import dev.makima.cli.local.DaemonProgram;
import dev.makima.cli.local.DaemonStop;
import dev.makima.cli.local.Futures;
import dev.makima.cli.local.Interrupts;
import dev.makima.cli.local.Service;
import dev.makima.cli.local.Setup;
import dev.makima.cli.view.Printable;
import dev.makima.config.DaemonConfig;
import dev.makima.config.Loaded;
import io.vertx.core.Vertx;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** makima daemon. */
@Command(
        name = "daemon",
        sortOptions = false,
        description = {
            "The worker of this machine: takes tasks from a server, gives each a git worktree, runs the agent there.",
            "Ctrl-C or SIGTERM ends it; its agents go on while their leases last (the server's tasks.leaseSecs,"
                    + " 120), then stand still until the next one, which adopts them (shutdown.agents = stop"
                    + " ends them).",
            "A second one does not wait. Where the server asks for a restart it ends in the same way, with exit code 42.",
            "--drain lets its tasks come to their ends first, and takes no new ones; then the exit code is 0."
        },
        footer = {
            "",
            "Examples:",
            "  MAKIMA_API_KEY=mk_… makima daemon --server-url http://127.0.0.1:8080",
            "  makima daemon --config /etc/makima-daemon/config.toml --max-tasks 4",
            "  makima daemon --drain",
            "  makima daemon --stop-task 0b8f3c1e   # a task that no server knows any more, see makima doctor",
            "  makima daemon --print-config",
            "",
            "Files, one over the other: --config FILE, ./makima-daemon.toml,",
            "  ~/.config/makima-daemon/config.toml, /etc/makima-daemon/config.toml",
            "Every key can be set by file and by variable (MAKIMA_DAEMON_PROCESS_MAXCONCURRENTTASKS=8), some",
            "by flag."
        })
final class DaemonCommand extends Base {
    @Option(names = "--server-url", paramLabel = "URL", description = "base URL of the server: ws, wss, http or https")
    @Nullable
    String serverUrl;

    @Option(names = "--api-key", paramLabel = "KEY", description = "the daemon's key (better: MAKIMA_API_KEY)")
    @Nullable
    String apiKey;

    @Option(names = "--repos-dir", paramLabel = "DIR", description = "where bare clones go")
    @Nullable
    String reposDir;

    @Option(names = "--worktrees-dir", paramLabel = "DIR", description = "where tasks' worktrees go")
    @Nullable
    String worktreesDir;

    @Option(names = "--max-tasks", paramLabel = "N", description = "most tasks at a time")
    @Nullable
    String maxTasks;

    @Option(
            names = "--bubblewrap",
            description = "run agents in a sandbox (not there yet: the daemon refuses to start with it)")
    boolean bubblewrap;

    @Option(
            names = "--drain",
            description =
                    "have the daemon that runs here take no new tasks, and wait until it has ended with its last one;"
                            + " where none runs, start one that goes on with what an earlier one left, and ends with the last")
    boolean drain;

    @Option(
            names = "--stop-task",
            paramLabel = "ID",
            description =
                    "have the daemon that runs here end a task on this machine, whatever its server knows of it; its work"
                            + " stays in its worktree")
    @Nullable
    String stopTask;

    @Mixin
    ServiceOptions options = new ServiceOptions();

    DaemonCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    public Integer call() throws InterruptedException {
        Map<String, @Nullable String> flags = new HashMap<>();
        flags.put("server.url", serverUrl);
        flags.put("server.apiKey", apiKey);
        flags.put("worktree.reposDir", reposDir);
        flags.put("worktree.baseDir", worktreesDir);
        flags.put("process.maxConcurrentTasks", maxTasks);
        flags.put("process.bubblewrap.enabled", bubblewrap ? "true" : null);
        Setup setup = options.setup(surroundings, flags);
        Vertx vertx = Futures.vertx();
        try {
            if (stopTask != null && !options.printConfig) {
                PrintStream out = surroundings.out();
                new DaemonStop(state(setup, vertx), line -> out.println(Printable.line(line))).end(stopTask);
                return ExitCode.OK;
            }
            if (drain && !options.printConfig) {
                Optional<Integer> drained = drained(setup, vertx);
                if (drained.isPresent()) {
                    return drained.get();
                }
            }
            Loaded<DaemonConfig> loaded =
                    Configured.orExit(() -> setup.daemon(vertx), options.printConfig, surroundings);
            if (options.printConfig) {
                surroundings.out().print(loaded.print());
                return ExitCode.OK;
            }
            if (drain) {
                // Only now: without a server and a key for it there is no such daemon.
                surroundings
                        .out()
                        .println(
                                "no daemon runs here: this one goes on with what an earlier one left, and ends with the"
                                        + " last of it");
            }
            Setup.log(loaded.config().logging(), loaded);
            DaemonProgram daemon = drain
                    ? DaemonProgram.startDraining(vertx, loaded.config(), setup.environment())
                    : DaemonProgram.start(vertx, loaded.config(), setup.environment());
            return Service.untilStopped(daemon::await, daemon::close);
        } finally {
            Futures.close(vertx);
        }
    }

    /** The state directory of the daemon that runs here. */
    private Path state(Setup setup, Vertx vertx) throws InterruptedException {
        // To find a daemon that runs, neither its server nor its key need be known here.
        DaemonConfig config = Configured.orExit(
                () -> setup.withPlaceholders(Map.of("server.url", "http://127.0.0.1:1", "server.apiKey", "not-needed"))
                        .daemon(vertx)
                        .config(),
                false,
                surroundings);
        return Objects.requireNonNull(config.localDb().path().toAbsolutePath().getParent(), "a file has a parent");
    }

    /** The exit code of draining the daemon that runs here; nothing where none runs. */
    private Optional<Integer> drained(Setup setup, Vertx vertx) throws InterruptedException {
        Path state = state(setup, vertx);
        PrintStream out = surroundings.out();
        Optional<DaemonDrain> found = DaemonDrain.of(state, line -> out.println(Printable.line(line)));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Interrupts.handle(() -> leave(out), () -> {});
        try (DaemonDrain daemon = found.get()) {
            daemon.toTheEnd();
        }
        return Optional.of(ExitCode.OK);
    }

    /** Ctrl-C ends the watching alone. */
    private static void leave(PrintStream out) {
        out.println("the daemon goes on draining, and ends with its last task; makima daemon --drain watches it again");
        out.flush();
        Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
    }
}
