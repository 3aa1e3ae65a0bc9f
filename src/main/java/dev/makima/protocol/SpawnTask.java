package dev.makima.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import dev.makima.base.TaskId;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Start a task. Those from {@code fence} on are extensions.
 *
 * @param plan what the agent is to do; never to be logged
 * @param repoUrl a URL, a local path, or {@code new://[name]}; absent for a task without a repository
 * @param depth 0 at the top, 1 for a subtask, 2 below
 * @param completionAction none, branch, merge or pr
 * @param copyFiles relative paths to be copied from the parent's worktree
 * @param conversationHistory any JSON
 * @param patchData base64 of a gzipped patch, for {@code patchBaseSha}
 * @param fence grows with every hand-over of the task (lease)
 * @param leaseSecs seconds (lease)
 * @param patchFence by which hand-over of this task the patch was made; absent for another task's patch, or where that is
 *     not known (lease)
 * @param agent the kind of agent (agents)
 * @param env added to the agent's environment (agents)
 * @param timeoutSecs wall-clock limit of the run in seconds (agents)
 * @param maxCostUsd limit of the run's cost (agents)
 * @param phase the contract's phase: a supervisor with one sends supervisorHeartbeat (agents)
 */
public record SpawnTask(
        TaskId taskId,
        String taskName,
        String plan,
        @Nullable String repoUrl,
        @Nullable String baseBranch,
        @Nullable String targetBranch,
        @Nullable TaskId parentTaskId,
        int depth,
        boolean isOrchestrator,
        @Nullable String targetRepoPath,
        @Nullable String completionAction,
        @Nullable TaskId continueFromTaskId,
        @Nullable List<String> copyFiles,
        @Nullable UUID contractId,
        @Defaulted boolean isSupervisor,
        @Defaulted boolean autonomousLoop,
        @Defaulted boolean resumeSession,
        @Nullable JsonNode conversationHistory,
        @Nullable String patchData,
        @Nullable String patchBaseSha,
        @Defaulted boolean localOnly,
        @Defaulted boolean autoMergeLocal,
        @Nullable TaskId supervisorWorktreeTaskId,
        @Nullable UUID directiveId,
        @Nullable Long fence,
        @Nullable Long leaseSecs,
        @Nullable Long patchFence,
        @Nullable String agent,
        @Nullable String model,
        @Nullable Map<String, String> env,
        @Nullable Long timeoutSecs,
        @Nullable BigDecimal maxCostUsd,
        @Nullable String phase,
        @Nullable UUID requestId)
        implements ServerFrame, TaskFrame, CommandFrame {

    /** Refuses a negative fence, by which nothing could be told apart. Copies the collections; a JSON null for a history is none. */
    public SpawnTask {
        if (fence != null && fence < 0) {
            throw new IllegalArgumentException("the number of a hand-over is not below 0");
        }
        copyFiles = copyFiles == null ? null : List.copyOf(copyFiles);
        env = env == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(env));
        conversationHistory = conversationHistory == null || conversationHistory.isNull() ? null : conversationHistory;
    }

    /** A task of which everything else is absent, false or 0 until it is set. */
    public static SpawnTaskBuilder builder(TaskId taskId, String taskName, String plan) {
        return new SpawnTaskBuilder(taskId, taskName, plan);
    }

    /** Whether its repository is one that has to be made for it. */
    public boolean startsNewRepository() {
        String named = repoUrl == null ? "" : repoUrl.strip();
        return named.equals("new") || named.startsWith("new://");
    }

    /** A builder that holds all of this task. */
    public SpawnTaskBuilder toBuilder() {
        return new SpawnTaskBuilder(this);
    }

    @Override
    public SpawnTask withRequestId(UUID requestId) {
        return toBuilder().requestId(requestId).build();
    }

    /** Names the task only: plan, environment, history and patch must not be logged. */
    @Override
    public String toString() {
        return "SpawnTask[taskId=" + taskId + ", taskName=" + taskName + ", fence=" + fence + "]";
    }
}
