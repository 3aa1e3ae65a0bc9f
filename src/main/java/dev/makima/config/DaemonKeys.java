package dev.makima.config;

import static java.time.temporal.ChronoUnit.HOURS;
import static java.time.temporal.ChronoUnit.SECONDS;

import dev.makima.base.Secret;
import dev.makima.config.DaemonConfig.AutoClone;
import dev.makima.config.DaemonConfig.Lease;
import dev.makima.config.DaemonConfig.Shutdown;
import dev.makima.config.DaemonConfig.TrustedRepo;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The keys of the daemon: the one place that knows their names, defaults, ranges and meanings. */
final class DaemonKeys {
    private static final long MIB = 1L << 20;

    static final Key<Path> HOME = Key.of("home", Types.path(), "~/.makima", "where all state lives by default")
            .variables("MAKIMA_HOME");

    static final Key<URI> SERVER_URL = Key.required(
                    "server.url", UrlTypes.server(), "base URL of the server, ws, wss, http or https")
            .flag("--server-url");
    static final Key<Secret> SERVER_API_KEY = Key.required(
                    "server.apiKey", Types.secret(), "the daemon's key; never logged, masked in every dump")
            .flag("--api-key")
            .variables("MAKIMA_API_KEY");
    static final Key<Duration> SERVER_HEARTBEAT_INTERVAL =
            Key.of("server.heartbeatIntervalSecs", Types.time(SECONDS, 1), "30", "time between two heartbeats");
    static final Key<Duration> SERVER_RECONNECT_INTERVAL =
            Key.of("server.reconnectIntervalSecs", Types.time(SECONDS, 1), "5", "first delay before connecting again");
    static final Key<Integer> SERVER_MAX_RECONNECT_ATTEMPTS =
            Key.of("server.maxReconnectAttempts", Types.integer(0), "0", "attempts to connect again; 0 = for ever");
    static final Key<Duration> SERVER_PING_INTERVAL =
            Key.of("server.pingIntervalSecs", Types.time(SECONDS, 1), "10", "time between two pings");
    static final Key<Duration> SERVER_PING_DEADLINE = Key.of(
            "server.pingDeadlineSecs",
            Types.time(SECONDS, 1),
            "30",
            "silence after which the connection counts as dead; not less than pingIntervalSecs");
    static final Key<Long> SERVER_MAX_FRAME_BYTES = Key.of(
            "server.maxFrameBytes",
            Types.bytes(1024, Integer.MAX_VALUE),
            String.valueOf(16 * MIB),
            "longest message to or from the server");

    static final Key<Path> WORKTREE_BASE_DIR = Key.of(
                    "worktree.baseDir", Types.path(), "~/.makima/worktrees", "one directory per task in here")
            .flag("--worktrees-dir")
            .variables("MAKIMA_DAEMON_WORKTREES_DIR");
    static final Key<Path> WORKTREE_REPOS_DIR = Key.of(
                    "worktree.reposDir",
                    Types.path(),
                    "~/.makima/repos",
                    "bare clones, and repositories made by `new://`")
            .flag("--repos-dir")
            .variables("MAKIMA_DAEMON_REPOS_DIR");
    static final Key<String> WORKTREE_BRANCH_PREFIX = Key.of(
            "worktree.branchPrefix", Types.branchPrefix(), "makima/task-", "what names of task branches begin with");
    static final Key<Boolean> WORKTREE_CLEANUP_ON_START = Key.of(
            "worktree.cleanupOnStart",
            Types.truth(),
            "false",
            "remove worktrees of finished tasks at start; never one with unsaved work");
    static final Key<Path> WORKTREE_DEFAULT_TARGET_REPO =
            Key.optional("worktree.defaultTargetRepo", Types.path(), "target repository of a task that names none");
    static final Key<List<TrustedRepo>> WORKTREE_TRUSTED_REPOS = Key.of(
            "worktree.trustedRepos",
            new ListType<>(new TrustedRepoType()),
            "",
            "repositories whose `.makima/project.toml` is carried out: paths, URLs, with `/*` all below, or {repo, files}");

    static final Key<String> PROCESS_CLAUDE_COMMAND =
            Key.of("process.claudeCommand", Types.command(), "claude", "the agent's executable");
    static final Key<List<String>> PROCESS_CLAUDE_ARGS =
            Key.of("process.claudeArgs", new ListType<>(Types.argument()), "", "arguments after ours");
    static final Key<List<String>> PROCESS_CLAUDE_PRE_ARGS =
            Key.of("process.claudePreArgs", new ListType<>(Types.argument()), "", "arguments before ours");
    static final Key<Boolean> PROCESS_ENABLE_PERMISSIONS =
            Key.of("process.enablePermissions", Types.truth(), "false", "leave out `--dangerously-skip-permissions`");
    static final Key<Boolean> PROCESS_DISABLE_VERBOSE =
            Key.of("process.disableVerbose", Types.truth(), "false", "leave out `--verbose`");
    static final Key<Integer> PROCESS_MAX_CONCURRENT_TASKS = Key.of(
                    "process.maxConcurrentTasks", Types.integer(1), "10", "most tasks at a time, over all")
            .flag("--max-tasks");
    static final Key<Integer> PROCESS_MAX_TASKS_PER_CONTRACT = Key.of(
            "process.maxTasksPerContract",
            Types.integer(1),
            "10",
            "most tasks at a time per contract; a task without a contract is its own group");
    static final Key<Duration> PROCESS_DEFAULT_TIMEOUT =
            Key.of("process.defaultTimeoutSecs", Types.time(SECONDS, 0), "0", "wall-clock limit of a run; 0 = none");
    static final Key<Map<String, Secret>> PROCESS_ENV_VARS = Key.of(
            "process.envVars",
            new EnvironmentType(),
            "{}",
            "added to the agent's environment; a higher source replaces all of a lower one's");
    static final Key<List<String>> PROCESS_ENV_PASS = Key.of(
            "process.envPass",
            new ListType<>(Types.text()),
            "",
            "patterns of variables passed to agents beside the built-in list");
    static final Key<Duration> PROCESS_HEARTBEAT_COMMIT_INTERVAL = Key.of(
            "process.heartbeatCommitIntervalSecs",
            Types.time(SECONDS, 0),
            "300",
            "time between checkpoints of unfinished work; 0 = off");
    static final Key<Boolean> PROCESS_CHECKPOINT_PATCHES_ENABLED =
            Key.of("process.checkpointPatches.enabled", Types.truth(), "true", "send patches with checkpoints");
    static final Key<Long> PROCESS_CHECKPOINT_PATCHES_MAX_BYTES = Key.of(
            "process.checkpointPatches.maxPatchSizeBytes",
            Types.bytes(0, Long.MAX_VALUE),
            String.valueOf(10 * MIB),
            "largest patch sent, compressed");
    static final Key<Boolean> PROCESS_BUBBLEWRAP_ENABLED = Key.of(
                    "process.bubblewrap.enabled", Types.truth(), "false", "run agents in a sandbox")
            .flag("--bubblewrap")
            .variables("MAKIMA_DAEMON_BUBBLEWRAP");
    static final Key<String> PROCESS_BUBBLEWRAP_COMMAND =
            Key.of("process.bubblewrap.bwrapCommand", Types.command(), "bwrap", "bubblewrap's executable");
    static final Key<Boolean> PROCESS_BUBBLEWRAP_NETWORK =
            Key.of("process.bubblewrap.network", Types.truth(), "true", "network inside the sandbox");
    static final Key<List<Path>> PROCESS_BUBBLEWRAP_RO_BIND =
            Key.of("process.bubblewrap.roBind", new ListType<>(Types.path()), "", "paths readable inside the sandbox");
    static final Key<List<Path>> PROCESS_BUBBLEWRAP_RW_BIND =
            Key.of("process.bubblewrap.rwBind", new ListType<>(Types.path()), "", "paths writable inside the sandbox");

    static final Key<Path> LOCAL_DB_PATH =
            Key.of("localDb.path", Types.path(), "~/.makima/daemon.db", "the daemon's SQLite file");
    static final Key<LoggingSettings.Level> LOGGING_LEVEL = LoggingKeys.LEVEL;
    static final Key<LoggingSettings.Format> LOGGING_FORMAT = LoggingKeys.FORMAT;

    static final Key<Path> REPOS_HOME_DIR =
            Key.of("repos.homeDir", Types.path(), "~/.makima/home", "where auto-clones land");
    static final Key<List<AutoClone>> REPOS_AUTO_CLONE = Key.of(
            "repos.autoClone",
            new ListType<>(new AutoCloneType()),
            "",
            "repositories cloned at start: URLs, `github:o/r`, `gitlab:o/r` or {url, name, branch, shallow}");

    static final Key<URI> API_URL = Key.optional("api.url", UrlTypes.api(), "what agents get as MAKIMA_API_URL")
            .derivedFrom("server.url");

    static final Key<Shutdown.Agents> SHUTDOWN_AGENTS = Key.of(
            "shutdown.agents",
            Types.choice(Shutdown.Agents.class),
            "keep",
            "what happens to agents when the daemon stops: keep or stop");
    static final Key<Lease.OnExpiry> LEASE_ON_EXPIRY = Key.of(
            "lease.onExpiry",
            Types.choice(Lease.OnExpiry.class),
            "pause",
            "what happens to a task whose lease ran out: pause or stop");
    static final Key<Integer> LOOP_MAX_ITERATIONS =
            Key.of("loop.maxIterations", Types.integer(1), "10", "launches of an autonomous loop in all");
    static final Key<Integer> LOOP_UNCHANGED =
            Key.of("loop.unchanged", Types.integer(1), "3", "launches in a row that change no file");
    static final Key<Integer> LOOP_SAME_ERROR =
            Key.of("loop.sameError", Types.integer(1), "5", "launches in a row with the same first blocker");
    static final Key<Duration> AGENT_SILENCE_WARN =
            Key.of("agent.silenceWarnSecs", Types.time(SECONDS, 1), "300", "silence of an agent before a warning line");
    static final Key<Long> SPOOL_QUOTA_BYTES = Key.of(
            "spool.quotaBytes",
            Types.bytes(1, Long.MAX_VALUE),
            String.valueOf(20 * 1024 * MIB),
            "what agents' output may take on disk");
    static final Key<Duration> SPOOL_RETENTION =
            Key.of("spool.retentionHours", Types.time(HOURS, 0), "72", "how long delivered output is kept");
    static final Key<Long> TEMP_MAX_BYTES = Key.of(
            "temp.maxBytes",
            Types.bytes(0, Long.MAX_VALUE),
            String.valueOf(5 * 1024 * MIB),
            "above this, the oldest directories of finished tasks without repository go");

    static final Key<Long> ADMISSION_MIN_FREE_DISK = Key.of(
            "admission.minFreeDiskBytes",
            Types.bytes(0, Long.MAX_VALUE),
            String.valueOf(1024 * MIB),
            "below so much free disk where tasks work no new one is taken; 0 = off");
    static final Key<Long> ADMISSION_MIN_FREE_MEMORY = Key.of(
            "admission.minFreeMemoryBytes",
            Types.bytes(0, Long.MAX_VALUE),
            String.valueOf(256 * MIB),
            "below so much available memory no new task is taken; 0 = off");

    /** All of them, in the order in which they are printed. */
    static final KeyTable TABLE = new KeyTable(
            "makima-daemon",
            "MAKIMA_DAEMON_",
            List.of(
                    SERVER_URL,
                    SERVER_API_KEY,
                    SERVER_HEARTBEAT_INTERVAL,
                    SERVER_RECONNECT_INTERVAL,
                    SERVER_MAX_RECONNECT_ATTEMPTS,
                    SERVER_PING_INTERVAL,
                    SERVER_PING_DEADLINE,
                    SERVER_MAX_FRAME_BYTES,
                    WORKTREE_BASE_DIR,
                    WORKTREE_REPOS_DIR,
                    WORKTREE_BRANCH_PREFIX,
                    WORKTREE_CLEANUP_ON_START,
                    WORKTREE_DEFAULT_TARGET_REPO,
                    WORKTREE_TRUSTED_REPOS,
                    PROCESS_CLAUDE_COMMAND,
                    PROCESS_CLAUDE_ARGS,
                    PROCESS_CLAUDE_PRE_ARGS,
                    PROCESS_ENABLE_PERMISSIONS,
                    PROCESS_DISABLE_VERBOSE,
                    PROCESS_MAX_CONCURRENT_TASKS,
                    PROCESS_MAX_TASKS_PER_CONTRACT,
                    PROCESS_DEFAULT_TIMEOUT,
                    PROCESS_ENV_VARS,
                    PROCESS_ENV_PASS,
                    PROCESS_HEARTBEAT_COMMIT_INTERVAL,
                    PROCESS_CHECKPOINT_PATCHES_ENABLED,
                    PROCESS_CHECKPOINT_PATCHES_MAX_BYTES,
                    PROCESS_BUBBLEWRAP_ENABLED,
                    PROCESS_BUBBLEWRAP_COMMAND,
                    PROCESS_BUBBLEWRAP_NETWORK,
                    PROCESS_BUBBLEWRAP_RO_BIND,
                    PROCESS_BUBBLEWRAP_RW_BIND,
                    LOCAL_DB_PATH,
                    LOGGING_LEVEL,
                    LOGGING_FORMAT,
                    REPOS_HOME_DIR,
                    REPOS_AUTO_CLONE,
                    API_URL,
                    HOME,
                    SHUTDOWN_AGENTS,
                    LEASE_ON_EXPIRY,
                    LOOP_MAX_ITERATIONS,
                    LOOP_UNCHANGED,
                    LOOP_SAME_ERROR,
                    AGENT_SILENCE_WARN,
                    SPOOL_QUOTA_BYTES,
                    SPOOL_RETENTION,
                    TEMP_MAX_BYTES,
                    ADMISSION_MIN_FREE_DISK,
                    ADMISSION_MIN_FREE_MEMORY));

    private DaemonKeys() {}
}
