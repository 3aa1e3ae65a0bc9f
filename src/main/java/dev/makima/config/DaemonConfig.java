package dev.makima.config;

import dev.makima.base.RefName;
import dev.makima.base.RelativePath;
import dev.makima.base.RepoUrl;
import dev.makima.base.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a daemon is told, checked and complete: paths are absolute, URLs have the right form, numbers are in range.
 *
 * <p>DaemonKeys holds the keys, defaults and meanings; ConfigLoader makes this record from them.
 * Immutable.
 *
 * @param home where everything lives that has no place of its own
 */
public record DaemonConfig(
        ServerLink server,
        WorktreeSettings worktree,
        ProcessSettings process,
        LocalDb localDb,
        LoggingSettings logging,
        Repos repos,
        Api api,
        Path home,
        Shutdown shutdown,
        Lease lease,
        Loop loop,
        AgentSettings agent,
        Spool spool,
        Temp temp,
        Admission admission) {

    /**
     * The way to the server.
     *
     * @param url base URL as given, ws, wss, http or https, without a trailing slash
     * @param apiKey the daemon's key
     * @param heartbeatInterval time between two heartbeats
     * @param reconnectInterval the first delay before a new attempt
     * @param maxReconnectAttempts how often a lost connection is tried again; 0 = for ever
     * @param pingInterval time between two pings of an idle connection
     * @param pingDeadline how long nothing may be heard before the connection counts as dead
     * @param maxFrameBytes the longest message sent or taken
     */
    public record ServerLink(
            URI url,
            Secret apiKey,
            Duration heartbeatInterval,
            Duration reconnectInterval,
            int maxReconnectAttempts,
            Duration pingInterval,
            Duration pingDeadline,
            long maxFrameBytes) {

        /** Where the daemon's WebSocket connects: ws(s)://…/api/v1/mesh/daemons/connect. */
        public URI websocketUri() {
            return ServerUrls.websocket(url);
        }

        /** The same server as a http(s) base URL, without a trailing slash and without /api/v1. */
        public URI apiUri() {
            return ServerUrls.http(url);
        }
    }

    /**
     * Where tasks work.
     *
     * @param baseDir one directory per task in here
     * @param reposDir bare clones, and repositories made by new://
     * @param branchPrefix what the names of task branches begin with
     * @param cleanupOnStart whether worktrees of finished tasks without unsaved work are removed at start
     * @param defaultTargetRepo the target repository of a task that names none
     * @param trustedRepos the repositories whose project file is carried out
     */
    public record WorktreeSettings(
            Path baseDir,
            Path reposDir,
            String branchPrefix,
            boolean cleanupOnStart,
            Optional<Path> defaultTargetRepo,
            List<TrustedRepo> trustedRepos) {

        /** Copies the list. */
        public WorktreeSettings {
            trustedRepos = List.copyOf(trustedRepos);
        }
    }

    /**
     * A repository, or several, whose commands the daemon's owner lets run on this machine.
     *
     * @param repo an absolute path or a URL
     * @param below whether it stands for all that are below it, and not for itself
     * @param files the directory that files come along from, for a repository without a checkout on this machine
     */
    public record TrustedRepo(String repo, boolean below, Optional<Path> files) {}

    /**
     * How agents are run.
     *
     * @param claudeCommand the agent's executable: a name to look up on PATH, or an absolute path
     * @param claudeArgs arguments after ours
     * @param claudePreArgs arguments before ours
     * @param enablePermissions whether the agent asks for permissions: true leaves out --dangerously-skip-permissions
     * @param disableVerbose true leaves out --verbose
     * @param maxConcurrentTasks the most tasks at a time, over all
     * @param maxTasksPerContract the most tasks at a time of one contract; a task without one is its own group
     * @param defaultTimeout wall-clock limit of a run that names none; zero = none
     * @param envVars added to the agent's environment; values may be secret and are not shown by toString
     * @param envPass patterns of variables passed on beside the built-in ones
     * @param heartbeatCommitInterval time between two checkpoints of unfinished work; zero = none are made
     */
    public record ProcessSettings(
            String claudeCommand,
            List<String> claudeArgs,
            List<String> claudePreArgs,
            boolean enablePermissions,
            boolean disableVerbose,
            int maxConcurrentTasks,
            int maxTasksPerContract,
            Duration defaultTimeout,
            Map<String, Secret> envVars,
            List<String> envPass,
            Duration heartbeatCommitInterval,
            CheckpointPatches checkpointPatches,
            Bubblewrap bubblewrap) {

        /** Copies the lists and the map. */
        public ProcessSettings {
            claudeArgs = List.copyOf(claudeArgs);
            claudePreArgs = List.copyOf(claudePreArgs);
            envVars = Map.copyOf(envVars);
            envPass = List.copyOf(envPass);
        }
    }

    /**
     * Patches sent with checkpoints.
     *
     * @param maxPatchSizeBytes the largest patch sent, compressed
     */
    public record CheckpointPatches(boolean enabled, long maxPatchSizeBytes) {}

    /**
     * The sandbox around agents.
     *
     * @param bwrapCommand bubblewrap's executable: a name to look up on PATH, or an absolute path
     * @param network whether agents share the machine's network
     * @param roBind paths readable inside
     * @param rwBind paths writable inside
     */
    public record Bubblewrap(
            boolean enabled, String bwrapCommand, boolean network, List<Path> roBind, List<Path> rwBind) {

        /** Copies the lists. */
        public Bubblewrap {
            roBind = List.copyOf(roBind);
            rwBind = List.copyOf(rwBind);
        }
    }

    /** The daemon's own database, one SQLite file. */
    public record LocalDb(Path path) {}

    /**
     * Repositories kept ready for people.
     *
     * @param homeDir where the clones land
     */
    public record Repos(Path homeDir, List<AutoClone> autoClone) {

        /** Copies the list. */
        public Repos {
            autoClone = List.copyOf(autoClone);
        }
    }

    /**
     * One repository to clone at start.
     *
     * @param name its directory under repos.homeDir
     * @param branch the branch to check out, where it is not the remote's own choice
     * @param shallow whether only the newest commit is fetched
     */
    public record AutoClone(RepoUrl url, RelativePath name, Optional<RefName> branch, boolean shallow) {}

    /** The server as agents see it: MAKIMA_API_URL, a http(s) base URL without a trailing slash. */
    public record Api(URI url) {}

    /** What happens to agents when the daemon stops. */
    public record Shutdown(Agents agents) {

        /** The two ways. */
        public enum Agents {
            /** They go on, and the next daemon adopts them. */
            KEEP,
            /** They are stopped gracefully. */
            STOP
        }
    }

    /** What happens to a task whose lease ran out because the server is not reachable. */
    public record Lease(OnExpiry onExpiry) {

        /** The two ways. */
        public enum OnExpiry {
            /** Its agent is paused until the server is back. */
            PAUSE,
            /** Its agent is stopped. */
            STOP
        }
    }

    /**
     * When an autonomous loop is stopped.
     *
     * @param maxIterations launches in all
     * @param unchanged launches in a row that changed no file
     * @param sameError launches in a row with the same first blocker
     */
    public record Loop(int maxIterations, int unchanged, int sameError) {}

    /**
     * What is expected of an agent.
     *
     * @param silenceWarn how long it may say nothing before a warning line
     */
    public record AgentSettings(Duration silenceWarn) {}

    /**
     * The files that hold agents' output until the server has it.
     *
     * @param quotaBytes how much all of them may take
     * @param retention how long they are kept after their task is done and delivered
     */
    public record Spool(long quotaBytes, Duration retention) {}

    /**
     * Directories of tasks without a repository.
     *
     * @param maxBytes above this, the oldest ones of finished tasks go
     */
    public record Temp(long maxBytes) {}

    /**
     * What the machine must have left for a new task to be taken.
     *
     * @param minFreeDiskBytes on each file system that tasks write to; 0 = not asked for
     * @param minFreeMemoryBytes available to this daemon and its agents; 0 = not asked for
     */
    public record Admission(long minFreeDiskBytes, long minFreeMemoryBytes) {}
}
