package dev.makima.daemon;

import dev.makima.agent.AgentEnvironment;
import dev.makima.base.ErrorCode;
import dev.makima.base.MakimaException;
import dev.makima.base.PrivateFiles;
import dev.makima.base.UserHome;
import dev.makima.config.DaemonConfig;
import dev.makima.config.Environment;
import dev.makima.config.MachineId;
import dev.makima.daemon.agent.AgentLogin;
import dev.makima.daemon.agent.MakimaCommand;
import dev.makima.daemon.checkpoint.CheckpointMaker;
import dev.makima.daemon.checkpoint.CheckpointVerticle;
import dev.makima.daemon.command.CommandParts;
import dev.makima.daemon.control.ControlParts;
import dev.makima.daemon.lease.BootClock;
import dev.makima.daemon.lease.Leases;
import dev.makima.daemon.link.LinkSettings;
import dev.makima.daemon.link.Secrets;
import dev.makima.daemon.project.ProjectCheckouts;
import dev.makima.daemon.project.ProjectSteps;
import dev.makima.daemon.store.StateFile;
import dev.makima.daemon.task.RunnerParts;
import dev.makima.daemon.upkeep.UpkeepVerticle;
import dev.makima.git.GitSettings;
import dev.makima.git.GitTools;
import dev.makima.git.TempDirectories;
import dev.makima.process.Containment;
import dev.makima.process.Tailer;
import dev.makima.protocol.AgentInfo;
import dev.makima.protocol.Authenticate;
import dev.makima.protocol.Capability;
import dev.makima.protocol.DaemonDirectories;
import dev.makima.sql.Database;
import io.vertx.core.Promise;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a daemon holds while it runs: its state directory, its database, its reader of spools, and what its verticles
 * are made of. Opening and closing block.
 */
record DaemonParts(
        StateDirectory state,
        WorktreesLock worktrees,
        Database database,
        Tailer tailer,
        RunnerParts runner,
        CommandParts commands,
        LinkSettings link,
        DaemonTimers timers,
        Clock clock,
        RandomGenerator random)
        implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DaemonParts.class.getName());
    private static final Duration DRAIN_LOOK_EVERY = Duration.ofMillis(500);
    /** A server that is slow may take the time of several answers until it has the rest of a drained daemon. */
    private static final int DRAIN_ANSWERS = 3;

    private static final Pattern SECRET_NAME = Pattern.compile(".*(_TOKEN|_KEY|_SECRET|PASSWORD)");

    /**
     * Takes the state directory and opens everything.
     *
     * @throws dev.makima.base.MakimaException where another daemon has it, or the disk or database does not allow it
     */
    static DaemonParts open(DaemonConfig config, Environment environment, DaemonTimers timers) {
        requireLinux(environment);
        refuseSandbox(config);
        Path database = config.localDb().path();
        StateDirectory state = StateDirectory.take(parent(database));
        @Nullable WorktreesLock worktrees = null;
        try {
            worktrees = WorktreesLock.take(config.worktree().baseDir(), state);
            Clock clock = Clock.systemUTC();
            PrivateFiles.directory(config.home().resolve("spool"));
            MakimaCommand.in(config.home()).write();
            GitTools git = git(config, environment);
            Leases leases = new Leases(BootClock.system());
            LinkSettings link = link(config, environment, state, timers, leases);
            // Last, since nothing may fail after something is open.
            Database opened = StateFile.open(database, clock);
            Tailer tailer = new Tailer();
            tellFate();
            CheckpointMaker checkpoints = new CheckpointMaker(config, git, leases::allows);
            AgentLogin login = new AgentLogin(config, environment.variables(), AgentLogin.ANSWERS_WITHIN);
            UserHome home = new UserHome(environment.userHome());
            return new DaemonParts(
                    state,
                    worktrees,
                    opened,
                    tailer,
                    new RunnerParts(
                            config,
                            environment.variables(),
                            home,
                            git,
                            checkpoints,
                            leases,
                            tailer,
                            timers.run(),
                            link.secrets()::add,
                            link.secrets()::masked,
                            login,
                            hostname(environment),
                            clock,
                            UUID::randomUUID),
                    new CommandParts(
                            config,
                            git,
                            checkpoints,
                            leases,
                            home,
                            new TempDirectories(config.home().resolve("temp")),
                            new ProjectSteps(config, environment.variables(), git.git()),
                            login,
                            Path.of("").toAbsolutePath()),
                    link,
                    timers,
                    clock,
                    RandomGenerator.getDefault());
        } catch (RuntimeException e) {
            if (worktrees != null) {
                worktrees.close();
            }
            state.close();
            throw e;
        }
    }

    /** What becomes of agents when they are to end, and when the daemon does: of this machine, and told once. */
    private static void tellFate() {
        LOG.log(Level.INFO, "Processes of tasks: {0}", Containment.system().description());
        if (ProcessHandle.current().pid() == 1) {
            LOG.log(
                    Level.WARNING,
                    "this daemon is process 1 of its container: its agents end with it and their tasks are interrupted."
                            + " Start the container with an init (docker run --init) that stays");
        }
    }

    static GitTools git(DaemonConfig config, Environment environment) {
        Path state = parent(config.localDb().path());
        GitSettings settings = new GitSettings(
                config.worktree().reposDir(),
                config.worktree().baseDir(),
                config.worktree().branchPrefix(),
                null,
                new ProjectCheckouts(config.worktree().trustedRepos()),
                directory -> WorktreesLock.wasOf(directory, state));
        return GitTools.of(
                environment.variables(),
                settings,
                config.process().checkpointPatches().maxPatchSizeBytes());
    }

    /** Refuses systems that cannot keep an agent alive the way this daemon does. */
    private static void requireLinux(Environment environment) {
        if (!environment.osName().toLowerCase(Locale.ROOT).contains("linux")) {
            throw new MakimaException(
                    ErrorCode.UNAVAILABLE,
                    "the daemon runs on Linux only, and this is " + environment.osName(),
                    "Run it on a Linux machine; the server and the command line work here");
        }
    }

    /** Never unsandboxed by accident: who wants a sandbox gets no agent without one. */
    private static void refuseSandbox(DaemonConfig config) {
        if (config.process().bubblewrap().enabled()) {
            throw new MakimaException(
                    ErrorCode.UNAVAILABLE,
                    "process.bubblewrap.enabled is on, and this version cannot run agents in a sandbox yet",
                    "Turn it off (--bubblewrap, MAKIMA_DAEMON_BUBBLEWRAP, process.bubblewrap.enabled = false) to run agents"
                            + " without one; nothing was started");
        }
    }

    /** The verticle that keeps this machine in order. */
    UpkeepVerticle upkeep() {
        return new UpkeepVerticle(
                runner.config(),
                runner.environment(),
                runner.git(),
                runner.config().home().resolve("spool"),
                timers.sweepEvery(),
                clock);
    }

    /**
     * The verticle's parts by which people on this machine reach the daemon.
     *
     * @param drain whether it takes no new task from its start on
     */
    ControlParts control(boolean drain) {
        return new ControlParts(
                state.path(),
                ProcessHandle.current().pid(),
                drain,
                DRAIN_LOOK_EVERY,
                timers.answerWithin().multipliedBy(DRAIN_ANSWERS),
                clock);
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a parent");
    }

    private static LinkSettings link(
            DaemonConfig config, Environment environment, StateDirectory state, DaemonTimers timers, Leases leases) {
        Authenticate introduction = new Authenticate(
                config.server().apiKey().reveal(),
                MachineId.find(environment, config.home()),
                hostname(environment),
                config.process().maxConcurrentTasks(),
                2,
                List.of(
                        Capability.OUTPUT_STREAM,
                        Capability.EVENT_ACK,
                        Capability.LEASE,
                        Capability.REQUEST_ID,
                        Capability.AGENTS),
                state.instanceId(),
                List.of(new AgentInfo("claude", null)));
        DaemonDirectories directories = new DaemonDirectories(
                Path.of("").toAbsolutePath().toString(),
                config.repos().homeDir().toString(),
                config.worktree().baseDir().toString());
        return new LinkSettings(
                config.server(),
                introduction,
                directories,
                config.home().resolve("spool"),
                secrets(config, environment),
                leases,
                timers.answerWithin(),
                timers.refusedAgainAfter(),
                timers.longestWait());
    }

    /** What the daemon knows to be secret before any task comes: its key, and what it hands to every agent. */
    private static Secrets secrets(DaemonConfig config, Environment environment) {
        Secrets secrets = new Secrets();
        secrets.add(Map.of("server.apiKey", config.server().apiKey().reveal()));
        Map<String, String> configured = new HashMap<>();
        config.process().envVars().forEach((name, value) -> configured.put(name, value.reveal()));
        secrets.add(configured);
        Map<String, String> inherited =
                AgentEnvironment.build(environment.variables(), config.process().envPass(), Map.of(), Map.of(), false);
        inherited.keySet().removeIf(name -> !SECRET_NAME.matcher(name).matches());
        secrets.add(inherited);
        return secrets;
    }

    /** The machine's name for people: the kernel's, which needs no resolver, and so no waiting for one. */
    private static String hostname(Environment environment) {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return environment.variable("HOSTNAME").orElseGet(DaemonParts::resolvedHostname);
        }
    }

    private static String resolvedHostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    CheckpointVerticle checkpoints(Promise<Void> ended) {
        return new CheckpointVerticle(runner.config(), runner.checkpoints(), clock, ended);
    }

    /** Where the larger parts of events lie until the server has them. */
    Path outboxFiles() {
        return state.path().resolve("outbox");
    }

    @Override
    public void close() {
        runner.git().close();
        tailer.close();
        database.close();
        worktrees.close();
        state.close();
    }
}
