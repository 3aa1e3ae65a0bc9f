package dev.makima.config;

import dev.makima.config.DaemonConfig.Admission;
import dev.makima.config.DaemonConfig.AgentSettings;
import dev.makima.config.DaemonConfig.Api;
import dev.makima.config.DaemonConfig.Bubblewrap;
import dev.makima.config.DaemonConfig.CheckpointPatches;
import dev.makima.config.DaemonConfig.Lease;
import dev.makima.config.DaemonConfig.LocalDb;
import dev.makima.config.DaemonConfig.Loop;
import dev.makima.config.DaemonConfig.ProcessSettings;
import dev.makima.config.DaemonConfig.Repos;
import dev.makima.config.DaemonConfig.ServerLink;
import dev.makima.config.DaemonConfig.Shutdown;
import dev.makima.config.DaemonConfig.Spool;
import dev.makima.config.DaemonConfig.Temp;
import dev.makima.config.DaemonConfig.WorktreeSettings;
import dev.makima.config.ServerConfig.Checkpoints;
import dev.makima.config.ServerConfig.Database;
import dev.makima.config.ServerConfig.Directives;
import dev.makima.config.ServerConfig.History;
import dev.makima.config.ServerConfig.Http;
import dev.makima.config.ServerConfig.Limits;
import dev.makima.config.ServerConfig.Tasks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts checked values into the records. Pure. */
final class Assembly {
    private Assembly() {}

    /** Derives api.url, and notes values that do not go together. */
    static Values completeDaemon(Values values, Notes notes) {
        values.find(DaemonKeys.SERVER_PING_DEADLINE)
                .ifPresent(deadline -> values.find(DaemonKeys.SERVER_PING_INTERVAL)
                        .filter(interval -> interval.compareTo(deadline) > 0)
                        .ifPresent(interval -> notes.problem(new Problem(
                                DaemonKeys.SERVER_PING_DEADLINE.path(),
                                "server.pingDeadlineSecs (%d) is less than server.pingIntervalSecs (%d)"
                                        .formatted(deadline.toSeconds(), interval.toSeconds()),
                                List.of("raise the one or lower the other")))));
        if (values.find(DaemonKeys.API_URL).isPresent()
                || values.find(DaemonKeys.SERVER_URL).isEmpty()) {
            return values;
        }
        Map<Key<?>, Values.Resolved> all = new LinkedHashMap<>(values.resolved());
        Values.Resolved derived = new Values.Resolved(
                ServerUrls.http(values.get(DaemonKeys.SERVER_URL)),
                new Source.Derived(DaemonKeys.SERVER_URL.path()),
                true);
        all.computeIfPresent(DaemonKeys.API_URL, (key, before) -> before.valid() ? derived : before);
        return new Values(all);
    }

    static DaemonConfig daemon(Values values) {
        return new DaemonConfig(
                serverLink(values),
                new WorktreeSettings(
                        values.get(DaemonKeys.WORKTREE_BASE_DIR),
                        values.get(DaemonKeys.WORKTREE_REPOS_DIR),
                        values.get(DaemonKeys.WORKTREE_BRANCH_PREFIX),
                        values.get(DaemonKeys.WORKTREE_CLEANUP_ON_START),
                        values.find(DaemonKeys.WORKTREE_DEFAULT_TARGET_REPO),
                        values.get(DaemonKeys.WORKTREE_TRUSTED_REPOS)),
                process(values),
                new LocalDb(values.get(DaemonKeys.LOCAL_DB_PATH)),
                logging(values),
                new Repos(values.get(DaemonKeys.REPOS_HOME_DIR), values.get(DaemonKeys.REPOS_AUTO_CLONE)),
                new Api(values.get(DaemonKeys.API_URL)),
                values.get(DaemonKeys.HOME),
                new Shutdown(values.get(DaemonKeys.SHUTDOWN_AGENTS)),
                new Lease(values.get(DaemonKeys.LEASE_ON_EXPIRY)),
                new Loop(
                        values.get(DaemonKeys.LOOP_MAX_ITERATIONS),
                        values.get(DaemonKeys.LOOP_UNCHANGED),
                        values.get(DaemonKeys.LOOP_SAME_ERROR)),
                new AgentSettings(values.get(DaemonKeys.AGENT_SILENCE_WARN)),
                new Spool(values.get(DaemonKeys.SPOOL_QUOTA_BYTES), values.get(DaemonKeys.SPOOL_RETENTION)),
                new Temp(values.get(DaemonKeys.TEMP_MAX_BYTES)),
                new Admission(
                        values.get(DaemonKeys.ADMISSION_MIN_FREE_DISK),
                        values.get(DaemonKeys.ADMISSION_MIN_FREE_MEMORY)));
    }

    private static ServerLink serverLink(Values values) {
        return new ServerLink(
                values.get(DaemonKeys.SERVER_URL),
                values.get(DaemonKeys.SERVER_API_KEY),
                values.get(DaemonKeys.SERVER_HEARTBEAT_INTERVAL),
                values.get(DaemonKeys.SERVER_RECONNECT_INTERVAL),
                values.get(DaemonKeys.SERVER_MAX_RECONNECT_ATTEMPTS),
                values.get(DaemonKeys.SERVER_PING_INTERVAL),
                values.get(DaemonKeys.SERVER_PING_DEADLINE),
                values.get(DaemonKeys.SERVER_MAX_FRAME_BYTES));
    }

    private static ProcessSettings process(Values values) {
        return new ProcessSettings(
                values.get(DaemonKeys.PROCESS_CLAUDE_COMMAND),
                values.get(DaemonKeys.PROCESS_CLAUDE_ARGS),
                values.get(DaemonKeys.PROCESS_CLAUDE_PRE_ARGS),
                values.get(DaemonKeys.PROCESS_ENABLE_PERMISSIONS),
                values.get(DaemonKeys.PROCESS_DISABLE_VERBOSE),
                values.get(DaemonKeys.PROCESS_MAX_CONCURRENT_TASKS),
                values.get(DaemonKeys.PROCESS_MAX_TASKS_PER_CONTRACT),
                values.get(DaemonKeys.PROCESS_DEFAULT_TIMEOUT),
                values.get(DaemonKeys.PROCESS_ENV_VARS),
                values.get(DaemonKeys.PROCESS_ENV_PASS),
                values.get(DaemonKeys.PROCESS_HEARTBEAT_COMMIT_INTERVAL),
                new CheckpointPatches(
                        values.get(DaemonKeys.PROCESS_CHECKPOINT_PATCHES_ENABLED),
                        values.get(DaemonKeys.PROCESS_CHECKPOINT_PATCHES_MAX_BYTES)),
                new Bubblewrap(
                        values.get(DaemonKeys.PROCESS_BUBBLEWRAP_ENABLED),
                        values.get(DaemonKeys.PROCESS_BUBBLEWRAP_COMMAND),
                        values.get(DaemonKeys.PROCESS_BUBBLEWRAP_NETWORK),
                        values.get(DaemonKeys.PROCESS_BUBBLEWRAP_RO_BIND),
                        values.get(DaemonKeys.PROCESS_BUBBLEWRAP_RW_BIND)));
    }

    static ServerConfig server(Values values) {
        return new ServerConfig(
                new Http(values.get(ServerKeys.HTTP_HOST), values.get(ServerKeys.HTTP_PORT)),
                new Database(values.get(ServerKeys.DATABASE_URL), values.find(ServerKeys.DATABASE_PASSWORD)),
                new Tasks(
                        values.get(ServerKeys.TASKS_GRACE),
                        values.get(ServerKeys.TASKS_LEASE),
                        values.get(ServerKeys.TASKS_MAX_RETRIES),
                        values.get(ServerKeys.TASKS_UNCONFIRMED)),
                new Checkpoints(values.get(ServerKeys.CHECKPOINTS_RETENTION)),
                new History(values.get(ServerKeys.HISTORY_RETENTION)),
                new Limits(
                        values.get(ServerKeys.LIMITS_BODY_BYTES),
                        values.get(ServerKeys.LIMITS_FRAME_BYTES),
                        values.get(ServerKeys.LIMITS_CONNECTIONS)),
                new Directives(values.get(ServerKeys.DIRECTIVES_TICK)),
                values.get(ServerKeys.HOME),
                logging(values));
    }

    private static LoggingSettings logging(Values values) {
        return new LoggingSettings(values.get(LoggingKeys.LEVEL), values.get(LoggingKeys.FORMAT));
    }
}
