package dev.makima.cli.command;

import dev.makima.cli.ExitCode;
import dev.makima.cli.Surroundings;
import dev.makima.cli.local.DaemonProgram;
import dev.makima.cli.local.Futures;
import dev.makima.cli.local.Service;
import dev.makima.cli.local.Setup;
import dev.makima.config.DaemonConfig;
import dev.makima.config.Loaded;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
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
            "Ctrl-C or SIGTERM ends it; its agents go on and are adopted by the next one (shutdown.agents = stop ends them).",
            "A second one does not wait. Where the server asks for a restart it ends in the same way, with exit code 42."
        },
        footer = {
            "",
            "Examples:",
            "  MAKIMA_API_KEY=mk_… makima daemon --server-url http://127.0.0.1:8080",
            "  makima daemon --config /etc/makima-daemon/config.toml --max-tasks 4",
            "  makima daemon --print-config",
            "",
            "Files, one over the other: --config FILE, ./makima-daemon.toml,",
            "  ~/.config/makima-daemon/config.toml, /etc/makima-daemon/config.toml",
            "Every key can be set by file, by variable (MAKIMA_DAEMON_PROCESS_MAXCONCURRENTTASKS=8) and some by flag."
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
            Loaded<DaemonConfig> loaded =
                    Configured.orExit(() -> setup.daemon(vertx), options.printConfig, surroundings);
            if (options.printConfig) {
                surroundings.out().print(loaded.print());
                return ExitCode.OK;
            }
            Setup.log(loaded.config().logging(), loaded);
            DaemonProgram daemon = DaemonProgram.start(vertx, loaded.config(), setup.environment());
            return Service.untilStopped(daemon::await, daemon::close);
        } finally {
            Futures.close(vertx);
        }
    }
}
