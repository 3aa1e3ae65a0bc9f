package dev.makima.server.api;

import dev.makima.server.store.DaemonTable;
import dev.makima.server.store.EntryTable;
import dev.makima.server.store.KeyTable;
import dev.makima.server.store.Task;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The rows as the API shows them: what is absent is left out. Stateless. */
final class Json {
    private Json() {}

    static JsonObject task(Task task, boolean withPlan) {
        JsonObject json = new JsonObject().put("id", task.id().toString()).put("name", task.name());
        if (withPlan) {
            put(json, "plan", task.plan());
        }
        json.put("status", task.status().wire())
                .put("startRequested", task.startRequested())
                .put("queued", task.queued())
                .put("priority", task.spec().priority());
        spec(json, task.spec());
        put(json, "retries", task.retries() > 0 ? task.retries() : null);
        put(json, "daemonId", task.daemonId());
        put(json, "progressSummary", task.progressSummary());
        put(json, "errorMessage", task.errorMessage());
        result(json, task.result());
        usage(json, task.usage());
        json.put("lastSeq", task.lastSeq()).put("version", task.version());
        put(json, "createdAt", task.createdAt());
        put(json, "updatedAt", task.updatedAt());
        put(json, "startedAt", task.startedAt());
        put(json, "completedAt", task.completedAt());
        return json;
    }

    private static void spec(JsonObject json, Task.Spec spec) {
        put(json, "repositoryUrl", spec.repositoryUrl());
        put(json, "baseBranch", spec.baseBranch());
        put(json, "targetBranch", spec.targetBranch());
        put(json, "targetRepoPath", spec.targetRepoPath());
        put(json, "completionAction", spec.completionAction());
        put(json, "parentTaskId", spec.parentTaskId());
        put(json, "contractId", spec.contractId());
        put(json, "continueFromTaskId", spec.continueFromTaskId());
        put(json, "agent", spec.agent());
        put(json, "model", spec.model());
        put(json, "timeoutSecs", spec.timeoutSecs());
        put(json, "maxCostUsd", dollars(spec.maxCostMicros()));
        put(json, "maxRetries", spec.maxRetries());
        put(json, "autonomousLoop", spec.autonomousLoop() ? true : null);
        put(json, "localOnly", spec.localOnly() ? true : null);
        put(json, "autoMergeLocal", spec.autoMergeLocal() ? true : null);
        put(json, "isSupervisor", spec.isSupervisor() ? true : null);
    }

    private static void result(JsonObject json, Task.Result result) {
        put(json, "prUrl", result.prUrl());
        put(json, "branch", result.branch());
        put(json, "commitSha", result.commitSha());
        put(json, "filesChanged", result.filesChanged());
        put(json, "insertions", result.insertions());
        put(json, "deletions", result.deletions());
        put(json, "worktreePath", result.worktreePath());
        put(json, "completionMessage", result.completionMessage());
        put(json, "completionSucceeded", result.completionSucceeded());
    }

    private static void usage(JsonObject json, Task.Usage usage) {
        put(json, "costUsd", dollars(usage.costMicros()));
        put(json, "durationMs", usage.durationMs());
        put(json, "turns", usage.turns());
        put(json, "inputTokens", usage.inputTokens());
        put(json, "outputTokens", usage.outputTokens());
    }

    /** An entry: what is kept of it is JSON already. */
    static String entry(EntryTable.Stored entry, String body) {
        return entry(entry.seq(), entry.at(), body);
    }

    static String entry(long seq, Instant at, String body) {
        String head = "{\"seq\":" + seq + ",\"at\":\"" + at + "\"";
        return body.length() > 2 ? head + "," + body.substring(1) : head + "}";
    }

    static JsonObject daemon(DaemonTable.Daemon daemon) {
        JsonObject json = new JsonObject()
                .put("id", daemon.id())
                .put("hostname", daemon.hostname())
                .put("machineId", daemon.machineId())
                .put("status", daemon.connected() ? "connected" : "disconnected")
                .put("maxConcurrentTasks", daemon.maxConcurrentTasks())
                .put("activeTasks", daemon.activeTasks())
                .put("capabilities", daemon.capabilities())
                .put("agents", daemon.agents());
        put(json, "workingDirectory", daemon.workingDirectory());
        put(json, "homeDirectory", daemon.homeDirectory());
        put(json, "worktreesDirectory", daemon.worktreesDirectory());
        put(json, "connectedAt", daemon.connectedAt());
        put(json, "lastSeenAt", daemon.lastSeenAt());
        return json;
    }

    static JsonObject key(KeyTable.Key key) {
        JsonObject json = new JsonObject()
                .put("id", key.id())
                .put("name", key.name())
                .put("user", key.user())
                .put("prefix", key.prefix());
        put(json, "createdAt", key.createdAt());
        put(json, "lastUsedAt", key.lastUsedAt());
        put(json, "revokedAt", key.revokedAt());
        return json;
    }

    static @Nullable Double dollars(@Nullable Long micros) {
        return micros == null ? null : BigDecimal.valueOf(micros, 6).doubleValue();
    }

    static void put(JsonObject json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value instanceof Instant instant ? instant.toString() : value);
        }
    }
}
